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
-- What was counted: whole hours from their sums, the rest of the window interval by interval. The
-- first whole hour is not one of them, because an interval may begin before the hour it ends in.
piece AS (
  SELECT asked.target_id, asked.target, asked.reporter, series_id,
    first_start_at AS start_at, last_end_at AS end_at, count
  FROM asked
  CROSS JOIN hourly_count ON hourly_count.target_id = asked.target_id
    AND hourly_count.end_at > (from_at / 3600000 + 2) * 3600000
    AND hourly_count.end_at <= to_at / 3600000 * 3600000 AND count > 0
  UNION ALL
  SELECT asked.target_id, asked.target, asked.reporter, series_id, start_at, end_at, count
  FROM asked
  CROSS JOIN interval ON interval.target_id = asked.target_id
    AND end_at > from_at AND end_at <= to_at AND start_at >= from_at
    AND (end_at <= (from_at / 3600000 + 2) * 3600000 OR end_at > to_at / 3600000 * 3600000)
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
