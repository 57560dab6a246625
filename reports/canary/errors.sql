-- Requests, errors and response classes of each version, as the judged reporter counted them.
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
)
SELECT asked.target, version.name AS version,
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
FROM asked
JOIN (
  SELECT *, response_class IN (SELECT response_class FROM error_response) AS is_error
  FROM response
) AS answer ON answer.target_id = asked.target_id
  AND answer.reporter = asked.reporter
  AND answer.end_at > from_at AND answer.end_at <= to_at AND answer.start_at >= from_at
JOIN version ON version.id = answer.version_id
GROUP BY asked.target_id, version.id
ORDER BY asked.target, version.name;
