-- The stretches of the window for which no interval is stored, up to the newest one that is: how far
-- that is behind is the lag of data_quality.sql. Pieces of intervals at the window's ends are none.
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
newest AS (
  SELECT asked.*, end_at AS newest_end_at, end_at - start_at AS step
  FROM asked LEFT JOIN interval ON interval.target_id = asked.target_id
    AND end_at = (SELECT max(end_at) FROM interval WHERE target_id = asked.target_id)
),
edge AS (
  SELECT newest.target, step, interval.start_at, interval.end_at
  FROM newest JOIN interval ON interval.target_id = newest.target_id
    AND end_at > from_at AND start_at < to_at
  UNION ALL
  SELECT target, step,
    iif(newest_end_at > from_at, min(to_at, newest_end_at), to_at),
    iif(newest_end_at > from_at, min(to_at, newest_end_at), to_at)
  FROM newest
),
beside AS (
  SELECT edge.target, step, start_at,
    lag(end_at, 1, from_at) OVER (PARTITION BY edge.target ORDER BY end_at, start_at)
      AS previous_end_at
  FROM edge JOIN asked USING (target)
)
SELECT beside.target, previous_end_at AS from_at, beside.start_at AS to_at,
  (SELECT group_concat(DISTINCT reason) FROM gap
    WHERE gap.target_id = asked.target_id
      AND gap.end_at > previous_end_at AND gap.end_at <= beside.start_at) AS reason
FROM beside JOIN asked USING (target)
WHERE beside.start_at - previous_end_at >= coalesce(step, 1)
ORDER BY beside.target, previous_end_at;
