-- What the counts cannot tell, as the readings of the VirtualService in the window showed it.
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
)
SELECT DISTINCT asked.target, blind_spot.description
FROM asked
JOIN weight_span ON weight_span.target_id = asked.target_id
  AND (asked.to_at IS NULL OR valid_from <= asked.to_at)
  AND (asked.from_at IS NULL OR valid_until >= asked.from_at OR NOT is_superseded)
JOIN blind_spot ON blind_spot.weight_state_id = weight_span.id
ORDER BY asked.target, blind_spot.description;
