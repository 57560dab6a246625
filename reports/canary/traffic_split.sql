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
-- What was counted: whole hours from their sums, the rest of the window interval by interval. Counted
-- are the intervals after the one that the window cuts at its beginning.
whole AS (
  SELECT *, (counted_from + 3599999) / 3600000 * 3600000 AS hours_from,
    to_at / 3600000 * 3600000 AS hours_to
  FROM (
    SELECT *, coalesce((
      SELECT iif(start_at < from_at, end_at, from_at) FROM interval
      WHERE interval.target_id = span.target_id AND end_at > from_at ORDER BY end_at LIMIT 1
    ), from_at) AS counted_from
    FROM span
  )
),
piece AS (
  SELECT target, reporter, weight_state_id, valid_from, series_id, count
  FROM whole
  CROSS JOIN hourly_count ON hourly_count.target_id = whole.target_id
    AND hourly_count.end_at > hours_from AND hourly_count.end_at <= hours_to AND count > 0
  UNION ALL
  SELECT target, reporter, weight_state_id, valid_from, series_id, count
  FROM whole
  CROSS JOIN interval ON interval.target_id = whole.target_id
    AND end_at > counted_from AND end_at <= min(to_at, hours_from)
  CROSS JOIN observation ON observation.interval_id = interval.id
  UNION ALL
  SELECT target, reporter, weight_state_id, valid_from, series_id, count
  FROM whole
  CROSS JOIN interval ON interval.target_id = whole.target_id
    AND end_at > max(hours_from, hours_to) AND end_at <= to_at
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
