-- The configured share of each version against the share of requests that it received, by weight
-- state. An interval in which the weights changed belongs to no state.
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
-- The part of each weight state that lies in the window.
span AS (
  SELECT asked.target_id, target, reporter, weight_span.id AS weight_state_id, valid_from,
    max(from_at, valid_from) AS from_at, min(to_at, valid_until) AS to_at
  FROM asked JOIN weight_span ON weight_span.target_id = asked.target_id
    AND valid_from < to_at AND valid_until > from_at
),
-- What was counted: whole hours from their sums, the rest of the window interval by interval. The
-- first whole hour is not one of them, because an interval may begin before the hour it ends in.
piece AS (
  SELECT span.target_id, target, reporter, weight_state_id, valid_from, series_id,
    first_start_at AS start_at, last_end_at AS end_at, count
  FROM span
  CROSS JOIN hourly_count ON hourly_count.target_id = span.target_id
    AND hourly_count.end_at > (from_at / 3600000 + 2) * 3600000
    AND hourly_count.end_at <= to_at / 3600000 * 3600000 AND count > 0
  UNION ALL
  SELECT span.target_id, target, reporter, weight_state_id, valid_from, series_id,
    start_at, end_at, count
  FROM span
  CROSS JOIN interval ON interval.target_id = span.target_id
    AND end_at > from_at AND end_at <= to_at AND start_at >= from_at
    AND (end_at <= (from_at / 3600000 + 2) * 3600000 OR end_at > to_at / 3600000 * 3600000)
  CROSS JOIN observation ON observation.interval_id = interval.id
),
counted AS (
  SELECT target, weight_state_id, valid_from, version_id, sum(count) AS requests
  FROM piece CROSS JOIN series ON series.id = series_id AND series.reporter = piece.reporter
    AND response_code IS NOT NULL
  GROUP BY weight_state_id, version_id
),
split AS (
  SELECT * FROM counted
  UNION ALL
  -- A version that should have had requests and had none is what matters most here.
  SELECT target, weight_state_id, valid_from, weight_share.version_id, 0
  FROM (SELECT DISTINCT target, weight_state_id, valid_from FROM counted)
  JOIN weight_share USING (weight_state_id)
  WHERE share > 0
    AND (weight_state_id, version_id) NOT IN (SELECT weight_state_id, version_id FROM counted)
)
SELECT target, weight_state_id, valid_from AS from_at, version.name AS version,
  coalesce(share, 0.0) AS configured_share,
  1.0 * requests / sum(requests) OVER (PARTITION BY weight_state_id) AS observed_share,
  requests
FROM split
JOIN version ON version.id = split.version_id
LEFT JOIN weight_share USING (weight_state_id, version_id)
ORDER BY target, valid_from, position IS NULL, position, version.name;
