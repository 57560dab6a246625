-- Requests and errors of each version over time, as the judged reporter counted them. A row covers
-- (from_at, to_at]: one interval, or as many as it takes for 200 rows a version at most. A stretch
-- without a row was not observed; a version without a request in an observed one has zeros.
--
-- :target    the target's name; unbound: every target
-- :from, :to milliseconds since 1970, half-open (from, to]; unbound: the hour up to the newest
--            interval
-- :error_responses  what counts as an error, as a policy names it: a JSON array of classes, codes and
--            gRPC statuses such as '["5xx", "429", "grpc-8"]'; unbound: 5xx and noResponse
WITH RECURSIVE asked AS (
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
  SELECT whole.target_id, reporter, width, series_id, last_end_at AS end_at, count
  FROM whole
  CROSS JOIN hourly_count ON hourly_count.target_id = whole.target_id
    AND hourly_count.end_at > hours_from AND hourly_count.end_at <= hours_to AND count > 0
  UNION ALL
  SELECT whole.target_id, reporter, width, series_id, end_at, count
  FROM whole
  CROSS JOIN interval ON interval.target_id = whole.target_id
    AND end_at > counted_from AND end_at <= min(to_at, hours_from)
  CROSS JOIN observation ON observation.interval_id = interval.id
  UNION ALL
  SELECT whole.target_id, reporter, width, series_id, end_at, count
  FROM whole
  CROSS JOIN interval ON interval.target_id = whole.target_id
    AND end_at > max(hours_from, hours_to) AND end_at <= to_at
  CROSS JOIN observation ON observation.interval_id = interval.id
),
stretch AS (
  SELECT target_id, counted_from / width AS point FROM whole
  UNION ALL
  SELECT target_id, point + 1 FROM stretch JOIN whole USING (target_id)
  WHERE (point + 1) * width < to_at
),
present AS (
  SELECT * FROM (
    SELECT target_id, point, (
      SELECT count(*) FROM interval
      WHERE interval.target_id = whole.target_id
        AND end_at > max(counted_from, point * width) AND end_at <= min(to_at, (point + 1) * width)
    ) AS intervals
    FROM stretch JOIN whole USING (target_id)
  ) WHERE intervals > 0
),
-- What counts as an error, by the words of a policy.
error_word AS (
  SELECT value AS word FROM json_each(
    coalesce(:error_responses, (SELECT json_group_array(response_class) FROM error_response)))
),
counted AS (
  SELECT piece.target_id, (end_at - 1) / width AS point, version_id,
    sum(count) AS requests,
    sum(count * (
      response_class IN (SELECT word FROM error_word)
      OR coalesce('grpc-' || grpc_status, response_code) IN (SELECT word FROM error_word)
    )) AS errors
  FROM piece CROSS JOIN series ON series.id = series_id AND series.reporter = piece.reporter
    AND response_code IS NOT NULL
  GROUP BY piece.target_id, point, version_id
)
SELECT grid.target, version.name AS version,
  max(from_at, point * width) AS from_at, min(to_at, (point + 1) * width) AS to_at,
  intervals, coalesce(requests, 0) AS requests, coalesce(errors, 0) AS errors
FROM grid
JOIN present ON present.target_id = grid.target_id
JOIN (SELECT DISTINCT target_id, version_id FROM counted) AS seen
  ON seen.target_id = grid.target_id
JOIN version ON version.id = seen.version_id
LEFT JOIN counted USING (target_id, point, version_id)
ORDER BY grid.target, version.name, point;
