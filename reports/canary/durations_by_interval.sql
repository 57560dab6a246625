-- Requests by duration of each version over time: how many took longer than lower_milliseconds and at
-- most upper_milliseconds, which is missing of the last bucket. Rows cover the same stretches of time
-- as in requests_by_interval.sql; a bucket without a request has no row.
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
grid AS (
  -- At most 200 stretches: of whole intervals, or of whole hours.
  SELECT *, CASE
      WHEN to_at - from_at > 200 * 3600000
      THEN 3600000 * ((to_at - from_at + 200 * 3600000 - 1) / (200 * 3600000))
      ELSE step * max(1, (to_at - from_at + 200 * step - 1) / (200 * step))
    END AS width
  FROM (
    SELECT *, (
      SELECT end_at - start_at FROM interval WHERE interval.target_id = asked.target_id
      ORDER BY end_at DESC LIMIT 1
    ) AS step
    FROM asked
  )
),
-- What was counted: whole hours from their sums, the rest of the window interval by interval; all of
-- it where a stretch is not of whole hours. Counted are the intervals after the one that the window
-- cuts at its beginning.
whole AS (
  SELECT *, to_at / 3600000 * 3600000 AS hours_to,
    iif(width % 3600000 > 0, to_at, (counted_from + 3599999) / 3600000 * 3600000) AS hours_from
  FROM (
    SELECT *, coalesce((
      SELECT iif(start_at < from_at, end_at, from_at) FROM interval
      WHERE interval.target_id = grid.target_id AND end_at > from_at ORDER BY end_at LIMIT 1
    ), from_at) AS counted_from
    FROM grid
  )
),
piece AS (
  SELECT width, series_id, last_end_at AS end_at, count
  FROM whole
  CROSS JOIN hourly_count ON hourly_count.target_id = whole.target_id
    AND hourly_count.end_at > hours_from AND hourly_count.end_at <= hours_to AND count > 0
  UNION ALL
  SELECT width, series_id, end_at, count
  FROM whole
  CROSS JOIN interval ON interval.target_id = whole.target_id
    AND end_at > counted_from AND end_at <= min(to_at, hours_from)
  CROSS JOIN observation ON observation.interval_id = interval.id
  UNION ALL
  SELECT width, series_id, end_at, count
  FROM whole
  CROSS JOIN interval ON interval.target_id = whole.target_id
    AND end_at > max(hours_from, hours_to) AND end_at <= to_at
  CROSS JOIN observation ON observation.interval_id = interval.id
),
bound AS (
  SELECT asked.target_id, version.id AS version_id, version.name AS version,
    series.id AS series_id, upper_bound_milliseconds AS upper,
    lag(upper_bound_milliseconds, 1, 0.0)
      OVER (PARTITION BY version.id ORDER BY upper_bound_milliseconds) AS lower
  FROM asked
  JOIN version ON version.target_id = asked.target_id
  JOIN series ON series.version_id = version.id AND series.reporter = asked.reporter
    AND upper_bound_milliseconds IS NOT NULL
),
counted AS (
  SELECT (end_at - 1) / width AS point, series_id, sum(count) AS requests
  FROM piece
  WHERE series_id IN (SELECT series_id FROM bound)
  GROUP BY point, series_id
)
SELECT target, version,
  max(from_at, point * width) AS from_at, min(to_at, (point + 1) * width) AS to_at,
  lower AS lower_milliseconds, CASE WHEN upper < 9e999 THEN upper END AS upper_milliseconds,
  requests
FROM counted JOIN bound USING (series_id) JOIN grid USING (target_id)
ORDER BY target, version, point, lower;
