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
  SELECT asked.*, end_at - start_at AS step,
    iif(end_at > from_at, min(to_at, end_at), to_at) AS until_at
  FROM asked LEFT JOIN interval ON interval.target_id = asked.target_id
    AND end_at = (SELECT max(end_at) FROM interval WHERE target_id = asked.target_id)
),
-- Where a stretch without intervals may end: where an interval begins and none ends.
edge AS (
  SELECT newest.*, start_at AS edge_at
  FROM newest CROSS JOIN interval ON interval.target_id = newest.target_id
    AND end_at > from_at AND end_at <= until_at
  WHERE NOT EXISTS (
    SELECT 1 FROM interval AS previous
    WHERE previous.target_id = newest.target_id AND previous.end_at = interval.start_at
  )
  UNION ALL
  SELECT newest.*, until_at FROM newest
),
beside AS (
  SELECT *, max(from_at, coalesce((
    SELECT max(end_at) FROM interval
    WHERE interval.target_id = edge.target_id AND end_at <= edge_at
  ), from_at)) AS previous_end_at
  FROM edge
)
SELECT target, previous_end_at AS from_at, edge_at AS to_at,
  (SELECT group_concat(DISTINCT reason) FROM gap
    WHERE gap.target_id = beside.target_id
      AND gap.end_at > previous_end_at AND gap.end_at <= edge_at) AS reason
FROM beside
WHERE edge_at - previous_end_at >= coalesce(step, 1)
ORDER BY target, previous_end_at;
