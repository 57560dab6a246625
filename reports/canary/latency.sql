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
-- What was counted: whole hours from their sums, the rest of the window interval by interval. The
-- first whole hour is not one of them, because an interval may begin before the hour it ends in.
piece AS (
  SELECT asked.reporter, series_id,
    first_start_at AS start_at, last_end_at AS end_at, count
  FROM asked
  CROSS JOIN hourly_count ON hourly_count.target_id = asked.target_id
    AND hourly_count.end_at > (from_at / 3600000 + 2) * 3600000
    AND hourly_count.end_at <= to_at / 3600000 * 3600000 AND count > 0
  UNION ALL
  SELECT asked.reporter, series_id, start_at, end_at, count
  FROM asked
  CROSS JOIN interval ON interval.target_id = asked.target_id
    AND end_at > from_at AND end_at <= to_at AND start_at >= from_at
    AND (end_at <= (from_at / 3600000 + 2) * 3600000 OR end_at > to_at / 3600000 * 3600000)
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
