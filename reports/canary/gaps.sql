-- The stretches of the window for which no interval is stored.
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
),
present AS (
  SELECT asked.target, interval.start_at, interval.end_at
  FROM asked JOIN interval ON interval.target_id = asked.target_id
    AND end_at > from_at AND end_at <= to_at AND start_at >= from_at
  UNION ALL SELECT target, to_at, to_at FROM asked
),
beside AS (
  SELECT present.target, start_at,
    lag(end_at, 1, from_at) OVER (PARTITION BY present.target ORDER BY end_at, start_at)
      AS previous_end_at
  FROM present JOIN asked USING (target)
)
SELECT target, previous_end_at AS from_at, start_at AS to_at
FROM beside
WHERE start_at > previous_end_at
ORDER BY target, previous_end_at;
