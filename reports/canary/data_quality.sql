-- How complete the window is: intervals that should be there, intervals that are, and whose counts
-- are judged. Intervals that the window cuts are neither.
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
SELECT asked.target, asked.from_at, asked.to_at, asked.reporter,
  (SELECT group_concat(DISTINCT series.reporter) FROM series
    JOIN version ON version.id = series.version_id
    WHERE version.target_id = asked.target_id) AS reporters,
  step_milliseconds / 1000 AS step_seconds,
  max(0, to_at / step_milliseconds - (from_at + step_milliseconds - 1) / step_milliseconds)
    AS intervals_expected,
  -- Older observations are summed by the hour: an hour counts as the intervals that it had.
  (SELECT coalesce(sum(end_at - start_at) / step_milliseconds, 0) FROM interval
    WHERE interval.target_id = asked.target_id
      AND end_at > from_at AND end_at <= to_at AND start_at >= from_at) AS intervals_present,
  (SELECT count(*) FROM interval WHERE interval.target_id = asked.target_id
    AND end_at > from_at AND end_at <= to_at AND start_at >= from_at AND NOT is_settled)
    AS intervals_unsettled,
  (SELECT count(*) FROM correction
    JOIN interval ON interval.id = correction.interval_id
    WHERE interval.target_id = asked.target_id
      AND end_at > from_at AND end_at <= to_at AND start_at >= from_at) AS corrections,
  newest_end_at
FROM asked
LEFT JOIN (
  SELECT target.id AS target_id, end_at - start_at AS step_milliseconds, end_at AS newest_end_at
  FROM target CROSS JOIN interval ON interval.target_id = target.id
    AND end_at = (SELECT max(end_at) FROM interval WHERE target_id = target.id)
) AS newest ON newest.target_id = asked.target_id
ORDER BY asked.target;
