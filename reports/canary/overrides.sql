-- Who let a rollout pass the gate.
--
-- :target    the target's name; unbound: every target
-- :from, :to milliseconds since 1970, half-open (from, to]; unbound: the hour up to the newest
--            interval
WITH asked AS (
  SELECT target_id, target, reporter, to_at, coalesce(:from, to_at - 3600000) AS from_at
  FROM (
    SELECT target.id AS target_id, target.name AS target, reporter,
      coalesce(:to, (SELECT max(end_at) FROM interval WHERE target_id = target.id)) AS to_at
    FROM target LEFT JOIN judged_reporter ON judged_reporter.target_id = target.id
    WHERE :target IS NULL OR target.name = :target
  )
)
SELECT asked.target, ledger_entry, rollout_id, at, until, by, reason, decided_at
FROM asked
JOIN override ON override.target_id = asked.target_id
  AND (asked.from_at IS NULL OR override.until > asked.from_at)
  AND (:to IS NULL OR override.at <= :to)
ORDER BY asked.target, ledger_entry;
