-- Everything that a report can show, in one hour of 2026-11-24 from 08:00: 15 minutes of v1 alone,
-- a first step of 10 %, six minutes in which nobody knows the weights, a second step of 50 %, a gap,
-- a canary that begins to fail and to hang at 08:47, decisions, and a collector that stopped at 08:58.
-- The test puts names in the place of what begins with an at sign.
CREATE TEMP TABLE base AS SELECT 1795507200000 AS start;
INSERT INTO target VALUES (1, @target, 'istio', @target, 'app-backend');
INSERT INTO version VALUES (1, 1, @baseline), (2, 1, @canary);
INSERT INTO weight_state (id, target_id, route, changed_by, changed_at, uid, generation,
  resource_version)
SELECT column1, 1, '', column2, start + 60000 * column3, 'uid-1', column4, column5
FROM base, (VALUES
  (1, 'kubectl-client-side-apply', -120, 1, '266'),
  (2, @writer, 15, 2, '301'),
  (3, 'argo-rollouts', 36, 4, '377'));
INSERT INTO weight VALUES
  (1, 1, 0, 100, 'app-backend', 'v1'), (1, 2, 1, 0, 'app-backend', 'v2'),
  (2, 1, 0, 90, 'app-backend', 'v1'), (2, 2, 1, 10, 'app-backend', 'v2'),
  (3, 1, 0, 50, 'app-backend', 'v1'), (3, 2, 1, 50, 'app-backend', 'v2');
INSERT INTO blind_spot VALUES (3, 'requests are mirrored to v3');
INSERT INTO collection (weight_state_id, observed_at, tool_version)
SELECT column1, start + 1000 * column2, 'test'
FROM base, (VALUES (1, -7000), (1, 895), (2, 905), (2, 1800), (3, 2165), (3, 3480));
WITH RECURSIVE slot (number) AS (SELECT 0 UNION ALL SELECT number + 1 FROM slot WHERE number < 231)
INSERT INTO interval (id, target_id, start_at, end_at, is_settled, collection_id)
SELECT number + 1, 1, start + 15000 * number, start + 15000 * (number + 1), number < 230, 6
FROM slot, base WHERE number NOT BETWEEN 168 AND 177;
WITH RECURSIVE slot (number) AS (SELECT 168 UNION ALL SELECT number + 1 FROM slot WHERE number < 177)
INSERT INTO gap (target_id, start_at, end_at, reason, collection_id)
SELECT 1, start + 15000 * number, start + 15000 * (number + 1),
  'a count is no whole number: 17.25', 6
FROM slot, base;
-- Series 10 and 20 are answers of 200, 11 and 21 of 503, from 12 and 22 on duration buckets.
INSERT INTO series (id, version_id, reporter, response_code, response_class) VALUES
  (10, 1, 'source', '200', '2xx'), (11, 1, 'source', '503', '5xx'),
  (20, 2, 'source', '200', '2xx'), (21, 2, 'source', '503', '5xx');
INSERT INTO series (id, version_id, reporter, upper_bound_milliseconds)
SELECT version.id * 10 + 2 + key, version.id, 'source', value
FROM version, json_each('[5, 10, 25, 50, 100, 250, 3600000, 9e999]');
-- How many requests each version got, in an interval; v1 gets what v2 does not of about 300.
CREATE TEMP TABLE traffic AS
SELECT id AS interval_id, version_id, requests,
  CASE
    WHEN version_id = 2 AND id > 188 THEN requests / 12
    ELSE (requests + id * 53 % 97) / 100
  END AS errors
FROM (
  SELECT id, version_id,
    CASE version_id
      WHEN 1 THEN (100 - share) * (280 + id * 37 % 41) / 100
      ELSE share * (280 + id * 29 % 43) / 100
    END AS requests
  FROM (
    SELECT id, version_id, CASE WHEN id <= 60 THEN 0 WHEN id <= 144 THEN 10 ELSE 50 END AS share
    FROM interval, (SELECT 1 AS version_id UNION ALL SELECT 2)
  )
) WHERE requests > 0;
INSERT INTO observation
SELECT interval_id, version_id * 10, requests - errors FROM traffic
UNION ALL
SELECT interval_id, version_id * 10 + 1, errors FROM traffic WHERE errors > 0;
-- Most requests take 5 to 50 ms; of the canary's one in 40 hangs for more than an hour at the end.
INSERT INTO observation
SELECT interval_id, version_id * 10 + 2 + bucket, requests FROM (
  SELECT interval_id, version_id, column1 AS bucket,
    CASE column1
      WHEN 0 THEN traffic.requests - (traffic.requests * 9 / 10)
      WHEN 1 THEN traffic.requests * 9 / 10 - traffic.requests * 5 / 10
      WHEN 2 THEN traffic.requests * 5 / 10 - traffic.requests * 2 / 10
      WHEN 3 THEN traffic.requests * 2 / 10 - slow - hanging
      WHEN 4 THEN slow
      WHEN 7 THEN hanging
    END AS requests
  FROM (
    SELECT *, (requests + interval_id * 31 % 50) / 50 AS slow,
      CASE WHEN version_id = 2 AND interval_id > 200 THEN (requests + 20) / 40 ELSE 0 END AS hanging
    FROM traffic
  ) AS traffic, (VALUES (0), (1), (2), (3), (4), (7))
) WHERE requests > 0;
INSERT INTO decision (target_id, rollout_id, at, verdict, reason, policy, evidence, tool_version)
SELECT 1, 2, start + 60000 * column1, column2, column3, '{}', '{}', 'test'
FROM base, (VALUES
  (20, 'hold', 'not decided yet: error rate of v2 0.98 %'),
  (25, 'hold', 'not decided yet: error rate of v2 1.01 %'),
  (41, 'promote', 'shown to be no worse than tolerated: error rate of v2 1 %'),
  (53, 'block', 'shown to be worse: error rate of v2 4.2 %'));
