-- Requests, errors and response classes of each version, as the judged reporter counted them.
--
-- :target    the target's name; unbound: every target
-- :from, :to milliseconds since 1970, half-open (from, to]; unbound: the hour up to the newest
--            interval
-- :error_responses  what counts as an error, as a policy names it: a JSON array of classes, codes and
--            gRPC statuses such as '["5xx", "429", "grpc-8"]'; unbound: 5xx and noResponse
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
  SELECT target, reporter, series_id, first_start_at AS start_at, last_end_at AS end_at, count
  FROM whole
  CROSS JOIN hourly_count ON hourly_count.target_id = whole.target_id
    AND hourly_count.end_at > hours_from AND hourly_count.end_at <= hours_to AND count > 0
  UNION ALL
  SELECT target, reporter, series_id, start_at, end_at, count
  FROM whole
  CROSS JOIN interval ON interval.target_id = whole.target_id
    AND end_at > counted_from AND end_at <= min(to_at, hours_from)
  CROSS JOIN observation ON observation.interval_id = interval.id
  UNION ALL
  SELECT target, reporter, series_id, start_at, end_at, count
  FROM whole
  CROSS JOIN interval ON interval.target_id = whole.target_id
    AND end_at > max(hours_from, hours_to) AND end_at <= to_at
  CROSS JOIN observation ON observation.interval_id = interval.id
),
-- What counts as an error, by the words of a policy.
error_word AS (
  SELECT value AS word FROM json_each(
    coalesce(:error_responses, (SELECT json_group_array(response_class) FROM error_response)))
),
answer AS (
  SELECT target, version_id, start_at, end_at, response_class, count AS requests,
    response_class IN (SELECT word FROM error_word)
      OR coalesce('grpc-' || grpc_status, response_code) IN (SELECT word FROM error_word)
      AS is_error
  FROM piece CROSS JOIN series ON series.id = series_id AND series.reporter = piece.reporter
    AND response_code IS NOT NULL
)
SELECT answer.target, version.name AS version,
  sum(requests) AS requests,
  sum(requests * is_error) AS errors,
  1.0 * sum(requests * is_error) / sum(requests) AS error_rate,
  sum(requests * (response_class = '1xx')) AS "1xx",
  sum(requests * (response_class = '2xx')) AS "2xx",
  sum(requests * (response_class = '3xx')) AS "3xx",
  sum(requests * (response_class = '4xx')) AS "4xx",
  sum(requests * (response_class = '5xx')) AS "5xx",
  sum(requests * (response_class = 'noResponse')) AS noResponse,
  min(start_at) AS first_seen_at,
  max(end_at) AS last_seen_at
FROM answer JOIN version ON version.id = answer.version_id
GROUP BY version.id
ORDER BY answer.target, version.name;
