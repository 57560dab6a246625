-- The stretches of the window in which a check of the policy's own could not count, although all else
-- was counted: neighbouring slots with one reason are one stretch.
--
-- :target    the target's name; unbound: every target
-- :from, :to milliseconds since 1970, half-open (from, to]; unbound: the hour up to the newest
--            interval
WITH asked AS (
  SELECT target_id, target, to_at, coalesce(:from, to_at - 3600000) AS from_at
  FROM (
    SELECT target.id AS target_id, target.name AS target,
      coalesce(:to, (SELECT max(end_at) FROM interval WHERE target_id = target.id)) AS to_at
    FROM target
    WHERE :target IS NULL OR target.name = :target
  )
),
slot AS (
  SELECT target, check_name, start_at, end_at, reason,
    lag(end_at) OVER of_reason IS NOT start_at AS is_first
  FROM asked JOIN custom_gap ON custom_gap.target_id = asked.target_id
    AND end_at > from_at AND end_at <= to_at AND start_at >= from_at
  WINDOW of_reason AS (PARTITION BY target, check_name, reason ORDER BY end_at)
),
numbered AS (
  SELECT *, sum(is_first) OVER (PARTITION BY target, check_name, reason ORDER BY end_at) AS stretch
  FROM slot
)
SELECT target, check_name, min(start_at) AS from_at, max(end_at) AS to_at, count(*) AS intervals,
  reason
FROM numbered
GROUP BY target, check_name, reason, stretch
ORDER BY target, from_at, check_name;
