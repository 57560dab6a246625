-- Latency quantiles of each version from its duration buckets. The quantile lies in the bucket
-- (lower, upper]; the estimate assumes an even spread within it, and is missing in the last bucket,
-- which has no upper bound.
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
-- What was counted: whole hours from their sums, the rest of the window interval by interval. Counted
-- are the intervals after the one that the window cuts at its beginning.
whole AS (
  SELECT *, (counted_from + 3599999) / 3600000 * 3600000 AS hours_from,
    to_at / 3600000 * 3600000 AS hours_to
  FROM (
    SELECT *, coalesce((
      SELECT iif(start_at < from_at, end_at, from_at) FROM interval
      WHERE interval.target_id = asked.target_id AND end_at > from_at ORDER BY end_at LIMIT 1
    ), from_at) AS counted_from
    FROM asked
  )
),
piece AS (
  SELECT reporter, series_id, count
  FROM whole
  CROSS JOIN hourly_count ON hourly_count.target_id = whole.target_id
    AND hourly_count.end_at > hours_from AND hourly_count.end_at <= hours_to AND count > 0
  UNION ALL
  SELECT reporter, series_id, count
  FROM whole
  CROSS JOIN interval ON interval.target_id = whole.target_id
    AND end_at > counted_from AND end_at <= min(to_at, hours_from)
  CROSS JOIN observation ON observation.interval_id = interval.id
  UNION ALL
  SELECT reporter, series_id, count
  FROM whole
  CROSS JOIN interval ON interval.target_id = whole.target_id
    AND end_at > max(hours_from, hours_to) AND end_at <= to_at
  CROSS JOIN observation ON observation.interval_id = interval.id
),
bound AS (
  SELECT asked.*, version.id AS version_id, version.name AS version, series.id AS series_id,
    upper_bound_milliseconds AS upper,
    lag(upper_bound_milliseconds, 1, 0.0)
      OVER (PARTITION BY version.id ORDER BY upper_bound_milliseconds) AS lower
  FROM asked
  JOIN version ON version.target_id = asked.target_id
  JOIN series ON series.version_id = version.id AND series.reporter = asked.reporter
    AND upper_bound_milliseconds IS NOT NULL
),
counted AS (
  SELECT series_id, sum(count) AS requests
  FROM piece CROSS JOIN series ON series.id = series_id
    AND series.reporter = piece.reporter AND upper_bound_milliseconds IS NOT NULL
  GROUP BY series_id
),
cumulative AS (
  SELECT bound.*, requests,
    sum(requests) OVER (PARTITION BY version_id ORDER BY upper) AS requests_up_to,
    sum(requests) OVER (PARTITION BY version_id) AS total
  FROM bound JOIN counted USING (series_id)
),
quantile AS (
  SELECT column1 AS name, column2 AS rank
  FROM (VALUES ('p50', 0.5), ('p90', 0.9), ('p95', 0.95), ('p99', 0.99))
)
SELECT target, version, quantile.name AS quantile,
  CASE WHEN upper < 9e999
    THEN lower + (upper - lower) * (rank * total - (requests_up_to - requests)) / requests
  END AS estimate_milliseconds,
  lower AS lower_milliseconds,
  CASE WHEN upper < 9e999 THEN upper END AS upper_milliseconds,
  total AS requests
FROM cumulative
JOIN quantile ON rank * total > requests_up_to - requests AND rank * total <= requests_up_to
ORDER BY target, version, rank;
