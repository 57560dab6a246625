-- The weight timeline: which weights were known to be in force when, and who wrote them.
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
SELECT asked.target, weight_span.id AS weight_state_id, version.name AS version,
  weight, share,
  coalesce(min(changed_at, observed_at), valid_from) AS from_at,
  valid_until AS to_at, is_superseded,
  changed_by, changed_at, observed_at, generation, resource_version, gap_before, route
FROM asked
JOIN weight_span ON weight_span.target_id = asked.target_id
  AND (asked.to_at IS NULL OR valid_from <= asked.to_at)
  AND (asked.from_at IS NULL OR valid_until >= asked.from_at OR NOT is_superseded)
JOIN weight_share ON weight_share.weight_state_id = weight_span.id
JOIN version ON version.id = weight_share.version_id
ORDER BY asked.target, observed_at, position;
