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
counted AS (
  SELECT asked.target, weight_span.id AS weight_state_id, weight_span.valid_from, version_id,
    sum(requests) AS requests
  FROM asked
  JOIN weight_span ON weight_span.target_id = asked.target_id
  JOIN response ON response.target_id = asked.target_id AND response.reporter = asked.reporter
    AND end_at > max(from_at, valid_from) AND end_at <= min(to_at, valid_until)
    AND start_at >= max(from_at, valid_from)
  GROUP BY asked.target_id, weight_span.id, version_id
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
