-- What the gate said.
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
SELECT asked.target, decision.id, decision.at, decision.verdict, decision.reason,
  decision.decided_at
FROM asked
JOIN decision ON decision.target_id = asked.target_id
  AND (asked.from_at IS NULL OR decision.at > asked.from_at)
  AND (:to IS NULL OR decision.at <= :to)
ORDER BY asked.target, decision.at, decision.id;
