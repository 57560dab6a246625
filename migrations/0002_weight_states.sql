-- How the traffic was split, who decided so, and when that was looked at.

-- The weights of a route as a reading of the VirtualService showed them. A new row for every new
-- generation of the object, and for other weights.
CREATE TABLE weight_state (
  id INTEGER PRIMARY KEY,
  target_id INTEGER NOT NULL REFERENCES target (id),
  route TEXT NOT NULL,           -- name of the HTTP route, '' if it has none
  changed_by TEXT,               -- field manager that wrote the routes (metadata.managedFields)
  changed_at INTEGER,            -- when it did so, cut to the second
  uid TEXT,                      -- differs after deletion and re-creation
  generation INTEGER,
  resource_version TEXT
) STRICT;
CREATE INDEX weight_state_of_target ON weight_state (target_id);

-- One version's part of a weight state, with the destination that stood for it.
CREATE TABLE weight (
  weight_state_id INTEGER NOT NULL REFERENCES weight_state (id),
  version_id INTEGER NOT NULL REFERENCES version (id),
  position INTEGER NOT NULL CHECK (position >= 0),  -- in the route
  weight INTEGER NOT NULL CHECK (weight >= 0),
  destination_host TEXT NOT NULL,
  destination_subset TEXT,
  PRIMARY KEY (weight_state_id, version_id)
) STRICT, WITHOUT ROWID;

-- What a reading showed that the counts cannot tell: routes that are not judged, mirrored requests.
CREATE TABLE blind_spot (
  weight_state_id INTEGER NOT NULL REFERENCES weight_state (id),
  description TEXT NOT NULL CHECK (description <> ''),
  PRIMARY KEY (weight_state_id, description)
) STRICT, WITHOUT ROWID;

-- One run of the collector for one target: when it read the VirtualService, and what it saw there.
CREATE TABLE collection (
  id INTEGER PRIMARY KEY,
  weight_state_id INTEGER NOT NULL REFERENCES weight_state (id),
  observed_at INTEGER NOT NULL,  -- of the VirtualService
  tool_version TEXT NOT NULL
) STRICT;
CREATE INDEX collection_of_weight_state ON collection (weight_state_id, observed_at);

-- When each weight state is known to have been in force: from valid_from to valid_until, both
-- included. Between two states whose generations follow one another, the dated change is the only
-- one, and the earlier state held until then; in any other case nothing is known between the last
-- reading of the one and the beginning of the other (gap_before). changed_at is cut to the second:
-- the change may have come up to a second later.
CREATE VIEW weight_span AS
WITH reading AS (
  SELECT weight_state.*,
    (SELECT min(observed_at) FROM collection WHERE weight_state_id = weight_state.id)
      AS observed_at,
    (SELECT max(observed_at) FROM collection WHERE weight_state_id = weight_state.id)
      AS last_observed_at
  FROM weight_state
),
timeline AS (
  SELECT *,
    coalesce(changed_at <= observed_at, FALSE) AS is_dated,
    lag(last_observed_at) OVER by_time AS previous_observed_at,
    coalesce(lag(uid) OVER by_time = uid AND lag(generation) OVER by_time + 1 = generation, FALSE)
      AS follows_previous
  FROM reading
  WINDOW by_time AS (PARTITION BY target_id ORDER BY observed_at)
),
edge AS (
  SELECT *,
    CASE WHEN is_dated
      THEN max(min(changed_at + 1000, observed_at), coalesce(previous_observed_at, changed_at))
      ELSE observed_at
    END AS valid_from,
    CASE WHEN is_dated AND follows_previous
      THEN max(changed_at, previous_observed_at)
      ELSE previous_observed_at
    END AS previous_valid_until
  FROM timeline
)
SELECT id, target_id, route, changed_by, changed_at, uid, generation, resource_version,
  observed_at, valid_from,
  coalesce(lead(previous_valid_until) OVER by_time, last_observed_at) AS valid_until,
  lead(id) OVER by_time IS NOT NULL AS is_superseded,
  CASE WHEN previous_observed_at IS NULL
    THEN coalesce(generation <> 1, TRUE)
    ELSE NOT (is_dated AND follows_previous)
  END AS gap_before
FROM edge
WINDOW by_time AS (PARTITION BY target_id ORDER BY observed_at);

-- The configured share of each version under each weight state: its weight by the sum of weights;
-- a destination alone has all of it whatever its weight.
CREATE VIEW weight_share AS
SELECT weight_state_id, version_id, position, weight,
  CASE
    WHEN count(*) OVER of_state = 1 THEN 1.0
    ELSE 1.0 * weight / sum(weight) OVER of_state
  END AS share
FROM weight
WINDOW of_state AS (PARTITION BY weight_state_id);

-- What was seen stays as it was seen.
CREATE TRIGGER weight_state_is_not_updated BEFORE UPDATE ON weight_state
BEGIN SELECT RAISE(ABORT, 'weight states are append-only'); END;
CREATE TRIGGER weight_state_is_not_deleted BEFORE DELETE ON weight_state
BEGIN SELECT RAISE(ABORT, 'weight states are append-only'); END;
CREATE TRIGGER weight_is_not_updated BEFORE UPDATE ON weight
BEGIN SELECT RAISE(ABORT, 'weight states are append-only'); END;
CREATE TRIGGER weight_is_not_deleted BEFORE DELETE ON weight
BEGIN SELECT RAISE(ABORT, 'weight states are append-only'); END;
CREATE TRIGGER blind_spot_is_not_updated BEFORE UPDATE ON blind_spot
BEGIN SELECT RAISE(ABORT, 'weight states are append-only'); END;
CREATE TRIGGER blind_spot_is_not_deleted BEFORE DELETE ON blind_spot
BEGIN SELECT RAISE(ABORT, 'weight states are append-only'); END;
CREATE TRIGGER collection_is_not_updated BEFORE UPDATE ON collection
BEGIN SELECT RAISE(ABORT, 'collections are append-only'); END;
CREATE TRIGGER collection_is_not_deleted BEFORE DELETE ON collection
BEGIN SELECT RAISE(ABORT, 'collections are append-only'); END;
-- INSERT OR REPLACE deletes without firing the triggers above.
CREATE TRIGGER weight_state_is_not_replaced BEFORE INSERT ON weight_state
WHEN EXISTS (SELECT 1 FROM weight_state WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'weight states are append-only'); END;
CREATE TRIGGER weight_is_not_replaced BEFORE INSERT ON weight
WHEN EXISTS (
  SELECT 1 FROM weight
  WHERE weight_state_id = NEW.weight_state_id AND version_id = NEW.version_id
)
BEGIN SELECT RAISE(ABORT, 'weight states are append-only'); END;
CREATE TRIGGER collection_is_not_replaced BEFORE INSERT ON collection
WHEN EXISTS (SELECT 1 FROM collection WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'collections are append-only'); END;
