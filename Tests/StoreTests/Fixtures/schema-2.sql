-- A small database as the program with the migrations up to 0002 wrote it.
PRAGMA journal_mode = WAL;
PRAGMA application_id = 1634626682;
PRAGMA user_version = 2;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE migration (
  name TEXT PRIMARY KEY,
  sql TEXT NOT NULL,
  applied_at INTEGER NOT NULL
) STRICT;
INSERT INTO migration VALUES('0001_targets',replace('-- What is watched. Times are milliseconds since 1970 in UTC in all tables.\n\n-- A service under rollout: one VirtualService and the host it routes.\nCREATE TABLE target (\n  id INTEGER PRIMARY KEY,\n  name TEXT NOT NULL UNIQUE CHECK (name <> ''''),\n  namespace TEXT NOT NULL,       -- of the VirtualService\n  virtual_service TEXT NOT NULL,\n  host TEXT NOT NULL,            -- as the VirtualService names it\n  UNIQUE (namespace, virtual_service, name)\n) STRICT;\n\n-- A version of a target, as its requests are labelled.\nCREATE TABLE version (\n  id INTEGER PRIMARY KEY,\n  target_id INTEGER NOT NULL REFERENCES target (id),\n  name TEXT NOT NULL CHECK (name <> ''''),\n  UNIQUE (target_id, name)\n) STRICT;\n','\n',char(10)),1795507200000);
INSERT INTO migration VALUES('0002_weight_states',replace('-- How the traffic was split, who decided so, and when that was looked at.\n\n-- The weights of a route as a reading of the VirtualService showed them. A new row for every new\n-- generation of the object, and for other weights.\nCREATE TABLE weight_state (\n  id INTEGER PRIMARY KEY,\n  target_id INTEGER NOT NULL REFERENCES target (id),\n  route TEXT NOT NULL,           -- name of the HTTP route, '''' if it has none\n  changed_by TEXT,               -- field manager that wrote the routes (metadata.managedFields)\n  changed_at INTEGER,            -- when it did so, cut to the second\n  uid TEXT,                      -- differs after deletion and re-creation\n  generation INTEGER,\n  resource_version TEXT\n) STRICT;\nCREATE INDEX weight_state_of_target ON weight_state (target_id);\n\n-- One version''s part of a weight state, with the destination that stood for it.\nCREATE TABLE weight (\n  weight_state_id INTEGER NOT NULL REFERENCES weight_state (id),\n  version_id INTEGER NOT NULL REFERENCES version (id),\n  position INTEGER NOT NULL CHECK (position >= 0),  -- in the route\n  weight INTEGER NOT NULL CHECK (weight >= 0),\n  destination_host TEXT NOT NULL,\n  destination_subset TEXT,\n  PRIMARY KEY (weight_state_id, version_id)\n) STRICT, WITHOUT ROWID;\n\n-- What a reading showed that the counts cannot tell: routes that are not judged, mirrored requests.\nCREATE TABLE blind_spot (\n  weight_state_id INTEGER NOT NULL REFERENCES weight_state (id),\n  description TEXT NOT NULL CHECK (description <> ''''),\n  PRIMARY KEY (weight_state_id, description)\n) STRICT, WITHOUT ROWID;\n\n-- One run of the collector for one target: when it read the VirtualService, and what it saw there.\nCREATE TABLE collection (\n  id INTEGER PRIMARY KEY,\n  weight_state_id INTEGER NOT NULL REFERENCES weight_state (id),\n  observed_at INTEGER NOT NULL,  -- of the VirtualService\n  tool_version TEXT NOT NULL\n) STRICT;\nCREATE INDEX collection_of_weight_state ON collection (weight_state_id, observed_at);\n\n-- When each weight state is known to have been in force: from valid_from to valid_until, both\n-- included. Between two states whose generations follow one another, the dated change is the only\n-- one, and the earlier state held until then; in any other case nothing is known between the last\n-- reading of the one and the beginning of the other (gap_before). changed_at is cut to the second:\n-- the change may have come up to a second later.\nCREATE VIEW weight_span AS\nWITH reading AS (\n  SELECT weight_state.*,\n    (SELECT min(observed_at) FROM collection WHERE weight_state_id = weight_state.id)\n      AS observed_at,\n    (SELECT max(observed_at) FROM collection WHERE weight_state_id = weight_state.id)\n      AS last_observed_at\n  FROM weight_state\n),\ntimeline AS (\n  SELECT *,\n    coalesce(changed_at <= observed_at, FALSE) AS is_dated,\n    lag(last_observed_at) OVER by_time AS previous_observed_at,\n    coalesce(lag(uid) OVER by_time = uid AND lag(generation) OVER by_time + 1 = generation, FALSE)\n      AS follows_previous\n  FROM reading\n  WINDOW by_time AS (PARTITION BY target_id ORDER BY observed_at)\n),\nedge AS (\n  SELECT *,\n    CASE WHEN is_dated\n      THEN max(min(changed_at + 1000, observed_at), coalesce(previous_observed_at, changed_at))\n      ELSE observed_at\n    END AS valid_from,\n    CASE WHEN is_dated AND follows_previous\n      THEN max(changed_at, previous_observed_at)\n      ELSE previous_observed_at\n    END AS previous_valid_until\n  FROM timeline\n)\nSELECT id, target_id, route, changed_by, changed_at, uid, generation, resource_version,\n  observed_at, valid_from,\n  coalesce(lead(previous_valid_until) OVER by_time, last_observed_at) AS valid_until,\n  lead(id) OVER by_time IS NOT NULL AS is_superseded,\n  CASE WHEN previous_observed_at IS NULL\n    THEN coalesce(generation <> 1, TRUE)\n    ELSE NOT (is_dated AND follows_previous)\n  END AS gap_before\nFROM edge\nWINDOW by_time AS (PARTITION BY target_id ORDER BY observed_at);\n\n-- The configured share of each version under each weight state: its weight by the sum of weights;\n-- a destination alone has all of it whatever its weight.\nCREATE VIEW weight_share AS\nSELECT weight_state_id, version_id, position, weight,\n  CASE\n    WHEN count(*) OVER of_state = 1 THEN 1.0\n    ELSE 1.0 * weight / sum(weight) OVER of_state\n  END AS share\nFROM weight\nWINDOW of_state AS (PARTITION BY weight_state_id);\n\n-- What was seen stays as it was seen.\nCREATE TRIGGER weight_state_is_not_updated BEFORE UPDATE ON weight_state\nBEGIN SELECT RAISE(ABORT, ''weight states are append-only''); END;\nCREATE TRIGGER weight_state_is_not_deleted BEFORE DELETE ON weight_state\nBEGIN SELECT RAISE(ABORT, ''weight states are append-only''); END;\nCREATE TRIGGER weight_is_not_updated BEFORE UPDATE ON weight\nBEGIN SELECT RAISE(ABORT, ''weight states are append-only''); END;\nCREATE TRIGGER weight_is_not_deleted BEFORE DELETE ON weight\nBEGIN SELECT RAISE(ABORT, ''weight states are append-only''); END;\nCREATE TRIGGER blind_spot_is_not_updated BEFORE UPDATE ON blind_spot\nBEGIN SELECT RAISE(ABORT, ''weight states are append-only''); END;\nCREATE TRIGGER blind_spot_is_not_deleted BEFORE DELETE ON blind_spot\nBEGIN SELECT RAISE(ABORT, ''weight states are append-only''); END;\nCREATE TRIGGER collection_is_not_updated BEFORE UPDATE ON collection\nBEGIN SELECT RAISE(ABORT, ''collections are append-only''); END;\nCREATE TRIGGER collection_is_not_deleted BEFORE DELETE ON collection\nBEGIN SELECT RAISE(ABORT, ''collections are append-only''); END;\n-- INSERT OR REPLACE deletes without firing the triggers above.\nCREATE TRIGGER weight_state_is_not_replaced BEFORE INSERT ON weight_state\nWHEN EXISTS (SELECT 1 FROM weight_state WHERE id = NEW.id)\nBEGIN SELECT RAISE(ABORT, ''weight states are append-only''); END;\nCREATE TRIGGER weight_is_not_replaced BEFORE INSERT ON weight\nWHEN EXISTS (\n  SELECT 1 FROM weight\n  WHERE weight_state_id = NEW.weight_state_id AND version_id = NEW.version_id\n)\nBEGIN SELECT RAISE(ABORT, ''weight states are append-only''); END;\nCREATE TRIGGER collection_is_not_replaced BEFORE INSERT ON collection\nWHEN EXISTS (SELECT 1 FROM collection WHERE id = NEW.id)\nBEGIN SELECT RAISE(ABORT, ''collections are append-only''); END;\n','\n',char(10)),1795507200000);
CREATE TABLE target (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE CHECK (name <> ''),
  namespace TEXT NOT NULL,       -- of the VirtualService
  virtual_service TEXT NOT NULL,
  host TEXT NOT NULL,            -- as the VirtualService names it
  UNIQUE (namespace, virtual_service, name)
) STRICT;
INSERT INTO target VALUES(1,'app-backend','istio','app-backend','app-backend');
CREATE TABLE version (
  id INTEGER PRIMARY KEY,
  target_id INTEGER NOT NULL REFERENCES target (id),
  name TEXT NOT NULL CHECK (name <> ''),
  UNIQUE (target_id, name)
) STRICT;
INSERT INTO version VALUES(1,1,'v1');
INSERT INTO version VALUES(2,1,'v2');
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
INSERT INTO weight_state VALUES(1,1,'','kubectl-client-side-apply',1795507200000,'uid-1',1,'266');
INSERT INTO weight_state VALUES(2,1,'','kubectl-patch',1795507800000,'uid-1',2,'267');
INSERT INTO weight_state VALUES(3,1,'','kubectl-patch',1795508400000,'uid-1',3,'268');
CREATE TABLE weight (
  weight_state_id INTEGER NOT NULL REFERENCES weight_state (id),
  version_id INTEGER NOT NULL REFERENCES version (id),
  position INTEGER NOT NULL CHECK (position >= 0),  -- in the route
  weight INTEGER NOT NULL CHECK (weight >= 0),
  destination_host TEXT NOT NULL,
  destination_subset TEXT,
  PRIMARY KEY (weight_state_id, version_id)
) STRICT, WITHOUT ROWID;
INSERT INTO weight VALUES(1,1,0,100,'app-backend','v1');
INSERT INTO weight VALUES(1,2,1,0,'app-backend','v2');
INSERT INTO weight VALUES(2,1,0,90,'app-backend','v1');
INSERT INTO weight VALUES(2,2,1,10,'app-backend','v2');
INSERT INTO weight VALUES(3,1,0,50,'app-backend','v1');
INSERT INTO weight VALUES(3,2,1,50,'app-backend','v2');
CREATE TABLE blind_spot (
  weight_state_id INTEGER NOT NULL REFERENCES weight_state (id),
  description TEXT NOT NULL CHECK (description <> ''),
  PRIMARY KEY (weight_state_id, description)
) STRICT, WITHOUT ROWID;
CREATE TABLE collection (
  id INTEGER PRIMARY KEY,
  weight_state_id INTEGER NOT NULL REFERENCES weight_state (id),
  observed_at INTEGER NOT NULL,  -- of the VirtualService
  tool_version TEXT NOT NULL
) STRICT;
INSERT INTO collection VALUES(1,1,1795507205000,'test');
INSERT INTO collection VALUES(2,1,1795507799000,'test');
INSERT INTO collection VALUES(3,2,1795507805000,'test');
INSERT INTO collection VALUES(4,2,1795508399000,'test');
INSERT INTO collection VALUES(5,3,1795508405000,'test');
INSERT INTO collection VALUES(6,3,1795508999000,'test');
INSERT INTO collection VALUES(7,2,1795507802000,'test');
CREATE INDEX weight_state_of_target ON weight_state (target_id);
CREATE INDEX collection_of_weight_state ON collection (weight_state_id, observed_at);
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
CREATE VIEW weight_share AS
SELECT weight_state_id, version_id, position, weight,
  CASE
    WHEN count(*) OVER of_state = 1 THEN 1.0
    ELSE 1.0 * weight / sum(weight) OVER of_state
  END AS share
FROM weight
WINDOW of_state AS (PARTITION BY weight_state_id);
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
COMMIT;
