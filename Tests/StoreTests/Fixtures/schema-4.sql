-- A small database as the program with the migrations up to 0004 wrote it.
PRAGMA journal_mode = WAL;
PRAGMA application_id = 1634626682;
PRAGMA user_version = 4;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE migration (
  name TEXT PRIMARY KEY,
  sql TEXT NOT NULL,
  applied_at INTEGER NOT NULL
) STRICT;
INSERT INTO migration VALUES('0001_targets',replace('-- What is watched. Times are milliseconds since 1970 in UTC in all tables.\n\n-- A service under rollout: one VirtualService and the host it routes.\nCREATE TABLE target (\n  id INTEGER PRIMARY KEY,\n  name TEXT NOT NULL UNIQUE CHECK (name <> ''''),\n  namespace TEXT NOT NULL,       -- of the VirtualService\n  virtual_service TEXT NOT NULL,\n  host TEXT NOT NULL,            -- as the VirtualService names it\n  UNIQUE (namespace, virtual_service, name)\n) STRICT;\n\n-- A version of a target, as its requests are labelled.\nCREATE TABLE version (\n  id INTEGER PRIMARY KEY,\n  target_id INTEGER NOT NULL REFERENCES target (id),\n  name TEXT NOT NULL CHECK (name <> ''''),\n  UNIQUE (target_id, name)\n) STRICT;\n','\n',char(10)),1795524244000);
INSERT INTO migration VALUES('0002_weight_states',replace('-- How the traffic was split, who decided so, and when that was looked at.\n\n-- The weights of a route as a reading of the VirtualService showed them. A new row for every new\n-- generation of the object, and for other weights.\nCREATE TABLE weight_state (\n  id INTEGER PRIMARY KEY,\n  target_id INTEGER NOT NULL REFERENCES target (id),\n  route TEXT NOT NULL,           -- name of the HTTP route, '''' if it has none\n  changed_by TEXT,               -- field manager that wrote the routes (metadata.managedFields)\n  changed_at INTEGER,            -- when it did so, cut to the second\n  uid TEXT,                      -- differs after deletion and re-creation\n  generation INTEGER,\n  resource_version TEXT\n) STRICT;\nCREATE INDEX weight_state_of_target ON weight_state (target_id);\n\n-- One version''s part of a weight state, with the destination that stood for it.\nCREATE TABLE weight (\n  weight_state_id INTEGER NOT NULL REFERENCES weight_state (id),\n  version_id INTEGER NOT NULL REFERENCES version (id),\n  position INTEGER NOT NULL CHECK (position >= 0),  -- in the route\n  weight INTEGER NOT NULL CHECK (weight >= 0),\n  destination_host TEXT NOT NULL,\n  destination_subset TEXT,\n  PRIMARY KEY (weight_state_id, version_id)\n) STRICT, WITHOUT ROWID;\n\n-- What a reading showed that the counts cannot tell: routes that are not judged, mirrored requests.\nCREATE TABLE blind_spot (\n  weight_state_id INTEGER NOT NULL REFERENCES weight_state (id),\n  description TEXT NOT NULL CHECK (description <> ''''),\n  PRIMARY KEY (weight_state_id, description)\n) STRICT, WITHOUT ROWID;\n\n-- One run of the collector for one target: when it read the VirtualService, and what it saw there.\nCREATE TABLE collection (\n  id INTEGER PRIMARY KEY,\n  weight_state_id INTEGER NOT NULL REFERENCES weight_state (id),\n  observed_at INTEGER NOT NULL,  -- of the VirtualService\n  tool_version TEXT NOT NULL\n) STRICT;\nCREATE INDEX collection_of_weight_state ON collection (weight_state_id, observed_at);\n\n-- When each weight state is known to have been in force: from valid_from to valid_until, both\n-- included. Between two states whose generations follow one another, the dated change is the only\n-- one, and the earlier state held until then; in any other case nothing is known between the last\n-- reading of the one and the beginning of the other (gap_before). changed_at is cut to the second:\n-- the change may have come up to a second later.\nCREATE VIEW weight_span AS\nWITH reading AS (\n  SELECT weight_state.*,\n    (SELECT min(observed_at) FROM collection WHERE weight_state_id = weight_state.id)\n      AS observed_at,\n    (SELECT max(observed_at) FROM collection WHERE weight_state_id = weight_state.id)\n      AS last_observed_at\n  FROM weight_state\n),\ntimeline AS (\n  SELECT *,\n    coalesce(changed_at <= observed_at, FALSE) AS is_dated,\n    lag(last_observed_at) OVER by_time AS previous_observed_at,\n    coalesce(lag(uid) OVER by_time = uid AND lag(generation) OVER by_time + 1 = generation, FALSE)\n      AS follows_previous\n  FROM reading\n  WINDOW by_time AS (PARTITION BY target_id ORDER BY observed_at)\n),\nedge AS (\n  SELECT *,\n    CASE WHEN is_dated\n      THEN max(min(changed_at + 1000, observed_at), coalesce(previous_observed_at, changed_at))\n      ELSE observed_at\n    END AS valid_from,\n    CASE WHEN is_dated AND follows_previous\n      THEN max(changed_at, previous_observed_at)\n      ELSE previous_observed_at\n    END AS previous_valid_until\n  FROM timeline\n)\nSELECT id, target_id, route, changed_by, changed_at, uid, generation, resource_version,\n  observed_at, valid_from,\n  coalesce(lead(previous_valid_until) OVER by_time, last_observed_at) AS valid_until,\n  lead(id) OVER by_time IS NOT NULL AS is_superseded,\n  CASE WHEN previous_observed_at IS NULL\n    THEN coalesce(generation <> 1, TRUE)\n    ELSE NOT (is_dated AND follows_previous)\n  END AS gap_before\nFROM edge\nWINDOW by_time AS (PARTITION BY target_id ORDER BY observed_at);\n\n-- The configured share of each version under each weight state: its weight by the sum of weights;\n-- a destination alone has all of it whatever its weight.\nCREATE VIEW weight_share AS\nSELECT weight_state_id, version_id, position, weight,\n  CASE\n    WHEN count(*) OVER of_state = 1 THEN 1.0\n    ELSE 1.0 * weight / sum(weight) OVER of_state\n  END AS share\nFROM weight\nWINDOW of_state AS (PARTITION BY weight_state_id);\n\n-- What was seen stays as it was seen.\nCREATE TRIGGER weight_state_is_not_updated BEFORE UPDATE ON weight_state\nBEGIN SELECT RAISE(ABORT, ''weight states are append-only''); END;\nCREATE TRIGGER weight_state_is_not_deleted BEFORE DELETE ON weight_state\nBEGIN SELECT RAISE(ABORT, ''weight states are append-only''); END;\nCREATE TRIGGER weight_is_not_updated BEFORE UPDATE ON weight\nBEGIN SELECT RAISE(ABORT, ''weight states are append-only''); END;\nCREATE TRIGGER weight_is_not_deleted BEFORE DELETE ON weight\nBEGIN SELECT RAISE(ABORT, ''weight states are append-only''); END;\nCREATE TRIGGER blind_spot_is_not_updated BEFORE UPDATE ON blind_spot\nBEGIN SELECT RAISE(ABORT, ''weight states are append-only''); END;\nCREATE TRIGGER blind_spot_is_not_deleted BEFORE DELETE ON blind_spot\nBEGIN SELECT RAISE(ABORT, ''weight states are append-only''); END;\nCREATE TRIGGER collection_is_not_updated BEFORE UPDATE ON collection\nBEGIN SELECT RAISE(ABORT, ''collections are append-only''); END;\nCREATE TRIGGER collection_is_not_deleted BEFORE DELETE ON collection\nBEGIN SELECT RAISE(ABORT, ''collections are append-only''); END;\n-- INSERT OR REPLACE deletes without firing the triggers above.\nCREATE TRIGGER weight_state_is_not_replaced BEFORE INSERT ON weight_state\nWHEN EXISTS (SELECT 1 FROM weight_state WHERE id = NEW.id)\nBEGIN SELECT RAISE(ABORT, ''weight states are append-only''); END;\nCREATE TRIGGER weight_is_not_replaced BEFORE INSERT ON weight\nWHEN EXISTS (\n  SELECT 1 FROM weight\n  WHERE weight_state_id = NEW.weight_state_id AND version_id = NEW.version_id\n)\nBEGIN SELECT RAISE(ABORT, ''weight states are append-only''); END;\nCREATE TRIGGER collection_is_not_replaced BEFORE INSERT ON collection\nWHEN EXISTS (SELECT 1 FROM collection WHERE id = NEW.id)\nBEGIN SELECT RAISE(ABORT, ''collections are append-only''); END;\n','\n',char(10)),1795524244000);
INSERT INTO migration VALUES('0003_observations',replace('-- What was counted.\n\n-- A slot (start_at, end_at] of the sampling grid that was observed. One with no observation was\n-- observed and empty; a slot without a row was not observed. Until it is settled it is read again\n-- and corrected in place; a correction after that is recorded.\nCREATE TABLE interval (\n  id INTEGER PRIMARY KEY,\n  target_id INTEGER NOT NULL REFERENCES target (id),\n  start_at INTEGER NOT NULL,\n  end_at INTEGER NOT NULL,\n  is_settled INTEGER NOT NULL CHECK (is_settled IN (0, 1)),\n  collection_id INTEGER NOT NULL REFERENCES collection (id),  -- the run that read it last\n  CHECK (end_at > start_at),\n  CHECK (end_at % (end_at - start_at) = 0),                   -- end_at is on the grid\n  UNIQUE (target_id, end_at)\n) STRICT;\n\n-- No request is counted in two intervals.\nCREATE TRIGGER interval_does_not_overlap BEFORE INSERT ON interval\nWHEN (\n  SELECT start_at < NEW.end_at FROM interval\n  WHERE target_id = NEW.target_id AND end_at > NEW.start_at\n  ORDER BY end_at LIMIT 1\n)\nBEGIN SELECT RAISE(ABORT, ''intervals of a target must not overlap''); END;\n\n-- A slot whose counts could not be trusted when it was settled: nothing is stored for it.\nCREATE TABLE gap (\n  id INTEGER PRIMARY KEY,\n  target_id INTEGER NOT NULL REFERENCES target (id),\n  start_at INTEGER NOT NULL,\n  end_at INTEGER NOT NULL,\n  reason TEXT NOT NULL CHECK (reason <> ''''),\n  collection_id INTEGER NOT NULL REFERENCES collection (id),  -- the run that read it\n  CHECK (end_at > start_at),\n  UNIQUE (target_id, end_at)\n) STRICT;\n\n-- What is counted: answers with one status code, or requests by duration. A duration bucket holds\n-- the requests that took at most upper_bound_milliseconds and longer than the next lower bound;\n-- the last bound is infinite.\nCREATE TABLE series (\n  id INTEGER PRIMARY KEY,\n  version_id INTEGER NOT NULL REFERENCES version (id),\n  reporter TEXT NOT NULL CHECK (reporter IN (''source'', ''destination'')),\n  response_code TEXT,            -- HTTP, as the proxy labels it; ''0'' where there was no response\n  grpc_status TEXT,              -- of a gRPC answer, whose HTTP status says little\n  response_class TEXT CHECK (response_class IN (''1xx'', ''2xx'', ''3xx'', ''4xx'', ''5xx'', ''noResponse'')),\n  upper_bound_milliseconds REAL,\n  CHECK ((response_code IS NULL) <> (upper_bound_milliseconds IS NULL)),\n  CHECK ((response_code IS NULL) = (response_class IS NULL)),\n  CHECK (grpc_status IS NULL OR response_code IS NOT NULL)\n) STRICT;\nCREATE INDEX series_of_version ON series (version_id);\nCREATE UNIQUE INDEX series_of_responses\n  ON series (version_id, reporter, response_code, coalesce(grpc_status, ''''))\n  WHERE response_code IS NOT NULL;\nCREATE UNIQUE INDEX series_of_durations\n  ON series (version_id, reporter, upper_bound_milliseconds)\n  WHERE upper_bound_milliseconds IS NOT NULL;\n\n-- How often it was counted in an interval; zero counts have no row.\nCREATE TABLE observation (\n  interval_id INTEGER NOT NULL REFERENCES interval (id) ON DELETE CASCADE,\n  series_id INTEGER NOT NULL REFERENCES series (id),\n  count INTEGER NOT NULL CHECK (count > 0),\n  PRIMARY KEY (interval_id, series_id)\n) STRICT, WITHOUT ROWID;\n\n-- A count of a settled interval that was found to be another when it was read again.\nCREATE TABLE correction (\n  id INTEGER PRIMARY KEY,\n  interval_id INTEGER NOT NULL REFERENCES interval (id),\n  series_id INTEGER NOT NULL REFERENCES series (id),\n  count_before INTEGER NOT NULL CHECK (count_before >= 0),\n  count_after INTEGER NOT NULL CHECK (count_after >= 0),\n  collection_id INTEGER NOT NULL REFERENCES collection (id),  -- the run that found it\n  CHECK (count_before <> count_after)\n) STRICT;\nCREATE INDEX correction_of_interval ON correction (interval_id);\nCREATE TRIGGER correction_is_not_updated BEFORE UPDATE ON correction\nBEGIN SELECT RAISE(ABORT, ''corrections are append-only''); END;\nCREATE TRIGGER correction_is_not_deleted BEFORE DELETE ON correction\nBEGIN SELECT RAISE(ABORT, ''corrections are append-only''); END;\n-- INSERT OR REPLACE deletes without firing the trigger above.\nCREATE TRIGGER correction_is_not_replaced BEFORE INSERT ON correction\nWHEN EXISTS (SELECT 1 FROM correction WHERE id = NEW.id)\nBEGIN SELECT RAISE(ABORT, ''corrections are append-only''); END;\n\n-- Whose counts are judged: the callers'' proxies where they report, else the service''s own. The two\n-- count the same requests and are never added.\nCREATE VIEW judged_reporter AS\nSELECT target_id,\n  CASE WHEN sum(reporter = ''source'') > 0 THEN ''source'' ELSE ''destination'' END AS reporter\nFROM series\nJOIN version ON version.id = series.version_id\nGROUP BY target_id;\n\n-- The classes of responses that count as errors.\nCREATE VIEW error_response AS\nSELECT ''5xx'' AS response_class UNION ALL SELECT ''noResponse'';\n\n-- Requests by status code in each interval.\nCREATE VIEW response AS\nSELECT interval.target_id, interval.id AS interval_id, interval.start_at, interval.end_at,\n  series.version_id, series.reporter, series.response_code, series.grpc_status,\n  series.response_class,\n  observation.count AS requests\nFROM interval\nJOIN observation ON observation.interval_id = interval.id\nJOIN series ON series.id = observation.series_id AND series.response_code IS NOT NULL;\n\n-- Requests by duration in each interval.\nCREATE VIEW duration AS\nSELECT interval.target_id, interval.id AS interval_id, interval.start_at, interval.end_at,\n  series.version_id, series.reporter, series.upper_bound_milliseconds,\n  observation.count AS requests\nFROM interval\nJOIN observation ON observation.interval_id = interval.id\nJOIN series ON series.id = observation.series_id AND series.upper_bound_milliseconds IS NOT NULL;\n\n-- For people with a shell: SELECT * FROM error_rate_by_interval.\nCREATE VIEW error_rate_by_interval AS\nSELECT target.name AS target, version.name AS version, response.reporter,\n  strftime(''%Y-%m-%dT%H:%M:%SZ'', response.start_at / 1000, ''unixepoch'') AS start_time,\n  strftime(''%Y-%m-%dT%H:%M:%SZ'', response.end_at / 1000, ''unixepoch'') AS end_time,\n  sum(requests) AS requests,\n  sum(requests * (response_class IN (SELECT response_class FROM error_response))) AS errors,\n  1.0 * sum(requests * (response_class IN (SELECT response_class FROM error_response)))\n    / sum(requests) AS error_rate\nFROM response\nJOIN target ON target.id = response.target_id\nJOIN version ON version.id = response.version_id\nGROUP BY response.target_id, response.end_at, response.version_id, response.reporter;\n','\n',char(10)),1795524244000);
INSERT INTO migration VALUES('0004_decisions',replace('-- What the gate said, and on what evidence.\n\n-- A verdict about a rollout as of a moment. The evidence holds everything that it was made from.\nCREATE TABLE decision (\n  id INTEGER PRIMARY KEY,\n  target_id INTEGER NOT NULL REFERENCES target (id),\n  rollout_id INTEGER REFERENCES weight_state (id),  -- the weight state that opened the rollout\n  at INTEGER NOT NULL,\n  verdict TEXT NOT NULL CHECK (verdict IN (''promote'', ''block'', ''hold'', ''unknown'')),\n  reason TEXT NOT NULL CHECK (reason <> ''''),\n  window_from INTEGER,           -- the intervals that entered; NULL if none did\n  window_to INTEGER,\n  policy TEXT NOT NULL CHECK (json_valid(policy)),\n  evidence TEXT NOT NULL CHECK (json_valid(evidence)),\n  tool_version TEXT NOT NULL,\n  CHECK ((window_from IS NULL) = (window_to IS NULL))\n) STRICT;\nCREATE INDEX decision_of_target ON decision (target_id, at);\n\nCREATE TRIGGER decision_is_not_updated BEFORE UPDATE ON decision\nBEGIN SELECT RAISE(ABORT, ''decisions are append-only''); END;\nCREATE TRIGGER decision_is_not_deleted BEFORE DELETE ON decision\nBEGIN SELECT RAISE(ABORT, ''decisions are append-only''); END;\n-- INSERT OR REPLACE deletes without firing the trigger above.\nCREATE TRIGGER decision_is_not_replaced BEFORE INSERT ON decision\nWHEN EXISTS (SELECT 1 FROM decision WHERE id = NEW.id)\nBEGIN SELECT RAISE(ABORT, ''decisions are append-only''); END;\n','\n',char(10)),1795524244000);
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
INSERT INTO weight_state VALUES(1,1,'','kubectl-client-side-apply',1795506600000,'uid-1',1,'267');
INSERT INTO weight_state VALUES(2,1,'','kubectl-patch',1795507320000,'uid-1',2,'268');
INSERT INTO weight_state VALUES(3,1,'','kubectl-patch',1795507500000,'uid-1',3,'269');
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
INSERT INTO blind_spot VALUES(2,'requests are mirrored to app-shadow');
CREATE TABLE collection (
  id INTEGER PRIMARY KEY,
  weight_state_id INTEGER NOT NULL REFERENCES weight_state (id),
  observed_at INTEGER NOT NULL,  -- of the VirtualService
  tool_version TEXT NOT NULL
) STRICT;
INSERT INTO collection VALUES(1,1,1795507195000,'0.1.0');
INSERT INTO collection VALUES(2,1,1795507315000,'0.1.0');
INSERT INTO collection VALUES(3,2,1795507325000,'0.1.0');
INSERT INTO collection VALUES(4,2,1795507495000,'0.1.0');
INSERT INTO collection VALUES(5,3,1795507505000,'0.1.0');
INSERT INTO collection VALUES(6,3,1795507860000,'0.1.0');
CREATE TABLE interval (
  id INTEGER PRIMARY KEY,
  target_id INTEGER NOT NULL REFERENCES target (id),
  start_at INTEGER NOT NULL,
  end_at INTEGER NOT NULL,
  is_settled INTEGER NOT NULL CHECK (is_settled IN (0, 1)),
  collection_id INTEGER NOT NULL REFERENCES collection (id),  -- the run that read it last
  CHECK (end_at > start_at),
  CHECK (end_at % (end_at - start_at) = 0),                   -- end_at is on the grid
  UNIQUE (target_id, end_at)
) STRICT;
INSERT INTO interval VALUES(1,1,1795507200000,1795507215000,1,2);
INSERT INTO interval VALUES(2,1,1795507215000,1795507230000,1,2);
INSERT INTO interval VALUES(3,1,1795507230000,1795507245000,1,2);
INSERT INTO interval VALUES(4,1,1795507245000,1795507260000,1,2);
INSERT INTO interval VALUES(5,1,1795507260000,1795507275000,1,2);
INSERT INTO interval VALUES(6,1,1795507275000,1795507290000,1,2);
INSERT INTO interval VALUES(7,1,1795507305000,1795507320000,1,2);
INSERT INTO interval VALUES(8,1,1795507320000,1795507335000,1,4);
INSERT INTO interval VALUES(9,1,1795507335000,1795507350000,1,4);
INSERT INTO interval VALUES(10,1,1795507350000,1795507365000,1,4);
INSERT INTO interval VALUES(11,1,1795507365000,1795507380000,1,4);
INSERT INTO interval VALUES(12,1,1795507380000,1795507395000,1,4);
INSERT INTO interval VALUES(13,1,1795507395000,1795507410000,1,4);
INSERT INTO interval VALUES(14,1,1795507410000,1795507425000,1,4);
INSERT INTO interval VALUES(15,1,1795507425000,1795507440000,1,4);
INSERT INTO interval VALUES(16,1,1795507440000,1795507455000,1,4);
INSERT INTO interval VALUES(17,1,1795507455000,1795507470000,1,4);
INSERT INTO interval VALUES(18,1,1795507470000,1795507485000,1,4);
INSERT INTO interval VALUES(19,1,1795507485000,1795507500000,1,4);
INSERT INTO interval VALUES(20,1,1795507500000,1795507515000,1,6);
INSERT INTO interval VALUES(21,1,1795507515000,1795507530000,1,6);
INSERT INTO interval VALUES(22,1,1795507530000,1795507545000,1,6);
INSERT INTO interval VALUES(23,1,1795507545000,1795507560000,1,6);
INSERT INTO interval VALUES(24,1,1795507560000,1795507575000,1,6);
INSERT INTO interval VALUES(25,1,1795507575000,1795507590000,1,6);
INSERT INTO interval VALUES(26,1,1795507590000,1795507605000,1,6);
INSERT INTO interval VALUES(27,1,1795507605000,1795507620000,1,6);
INSERT INTO interval VALUES(28,1,1795507620000,1795507635000,1,6);
INSERT INTO interval VALUES(29,1,1795507635000,1795507650000,1,6);
INSERT INTO interval VALUES(30,1,1795507650000,1795507665000,1,6);
INSERT INTO interval VALUES(31,1,1795507665000,1795507680000,1,6);
INSERT INTO interval VALUES(32,1,1795507680000,1795507695000,1,6);
INSERT INTO interval VALUES(33,1,1795507695000,1795507710000,1,6);
INSERT INTO interval VALUES(34,1,1795507710000,1795507725000,1,6);
INSERT INTO interval VALUES(35,1,1795507725000,1795507740000,1,6);
INSERT INTO interval VALUES(36,1,1795507740000,1795507755000,1,6);
INSERT INTO interval VALUES(37,1,1795507755000,1795507770000,1,6);
INSERT INTO interval VALUES(38,1,1795507770000,1795507785000,1,6);
INSERT INTO interval VALUES(39,1,1795507785000,1795507800000,1,6);
CREATE TABLE gap (
  id INTEGER PRIMARY KEY,
  target_id INTEGER NOT NULL REFERENCES target (id),
  start_at INTEGER NOT NULL,
  end_at INTEGER NOT NULL,
  reason TEXT NOT NULL CHECK (reason <> ''),
  collection_id INTEGER NOT NULL REFERENCES collection (id),  -- the run that read it
  CHECK (end_at > start_at),
  UNIQUE (target_id, end_at)
) STRICT;
INSERT INTO gap VALUES(1,1,1795507290000,1795507305000,'the counts of v1 are below zero',2);
CREATE TABLE series (
  id INTEGER PRIMARY KEY,
  version_id INTEGER NOT NULL REFERENCES version (id),
  reporter TEXT NOT NULL CHECK (reporter IN ('source', 'destination')),
  response_code TEXT,            -- HTTP, as the proxy labels it; '0' where there was no response
  grpc_status TEXT,              -- of a gRPC answer, whose HTTP status says little
  response_class TEXT CHECK (response_class IN ('1xx', '2xx', '3xx', '4xx', '5xx', 'noResponse')),
  upper_bound_milliseconds REAL,
  CHECK ((response_code IS NULL) <> (upper_bound_milliseconds IS NULL)),
  CHECK ((response_code IS NULL) = (response_class IS NULL)),
  CHECK (grpc_status IS NULL OR response_code IS NOT NULL)
) STRICT;
INSERT INTO series VALUES(1,1,'source','200',NULL,'2xx',NULL);
INSERT INTO series VALUES(2,1,'source','503',NULL,'5xx',NULL);
INSERT INTO series VALUES(3,1,'source',NULL,NULL,NULL,10.0);
INSERT INTO series VALUES(4,1,'source',NULL,NULL,NULL,25.0);
INSERT INTO series VALUES(5,1,'source',NULL,NULL,NULL,1e999);
INSERT INTO series VALUES(6,2,'source','200',NULL,'2xx',NULL);
INSERT INTO series VALUES(7,2,'source','503',NULL,'5xx',NULL);
INSERT INTO series VALUES(8,2,'source',NULL,NULL,NULL,10.0);
INSERT INTO series VALUES(9,2,'source',NULL,NULL,NULL,25.0);
INSERT INTO series VALUES(10,2,'source',NULL,NULL,NULL,1e999);
CREATE TABLE observation (
  interval_id INTEGER NOT NULL REFERENCES interval (id) ON DELETE CASCADE,
  series_id INTEGER NOT NULL REFERENCES series (id),
  count INTEGER NOT NULL CHECK (count > 0),
  PRIMARY KEY (interval_id, series_id)
) STRICT, WITHOUT ROWID;
INSERT INTO observation VALUES(1,1,299);
INSERT INTO observation VALUES(1,2,1);
INSERT INTO observation VALUES(1,3,270);
INSERT INTO observation VALUES(1,4,30);
INSERT INTO observation VALUES(2,1,299);
INSERT INTO observation VALUES(2,2,1);
INSERT INTO observation VALUES(2,3,270);
INSERT INTO observation VALUES(2,4,30);
INSERT INTO observation VALUES(3,1,299);
INSERT INTO observation VALUES(3,2,1);
INSERT INTO observation VALUES(3,3,270);
INSERT INTO observation VALUES(3,4,30);
INSERT INTO observation VALUES(4,1,299);
INSERT INTO observation VALUES(4,2,1);
INSERT INTO observation VALUES(4,3,270);
INSERT INTO observation VALUES(4,4,30);
INSERT INTO observation VALUES(5,1,299);
INSERT INTO observation VALUES(5,2,1);
INSERT INTO observation VALUES(5,3,270);
INSERT INTO observation VALUES(5,4,30);
INSERT INTO observation VALUES(6,1,299);
INSERT INTO observation VALUES(6,2,1);
INSERT INTO observation VALUES(6,3,270);
INSERT INTO observation VALUES(6,4,30);
INSERT INTO observation VALUES(7,1,299);
INSERT INTO observation VALUES(7,2,1);
INSERT INTO observation VALUES(7,3,270);
INSERT INTO observation VALUES(7,4,30);
INSERT INTO observation VALUES(8,1,269);
INSERT INTO observation VALUES(8,2,1);
INSERT INTO observation VALUES(8,3,243);
INSERT INTO observation VALUES(8,4,27);
INSERT INTO observation VALUES(8,6,28);
INSERT INTO observation VALUES(8,7,2);
INSERT INTO observation VALUES(8,8,27);
INSERT INTO observation VALUES(8,9,3);
INSERT INTO observation VALUES(9,1,269);
INSERT INTO observation VALUES(9,2,1);
INSERT INTO observation VALUES(9,3,243);
INSERT INTO observation VALUES(9,4,27);
INSERT INTO observation VALUES(9,6,28);
INSERT INTO observation VALUES(9,7,2);
INSERT INTO observation VALUES(9,8,27);
INSERT INTO observation VALUES(9,9,3);
INSERT INTO observation VALUES(10,1,269);
INSERT INTO observation VALUES(10,2,1);
INSERT INTO observation VALUES(10,3,243);
INSERT INTO observation VALUES(10,4,27);
INSERT INTO observation VALUES(10,6,28);
INSERT INTO observation VALUES(10,7,2);
INSERT INTO observation VALUES(10,8,27);
INSERT INTO observation VALUES(10,9,3);
INSERT INTO observation VALUES(11,1,269);
INSERT INTO observation VALUES(11,2,1);
INSERT INTO observation VALUES(11,3,243);
INSERT INTO observation VALUES(11,4,27);
INSERT INTO observation VALUES(11,6,28);
INSERT INTO observation VALUES(11,7,2);
INSERT INTO observation VALUES(11,8,27);
INSERT INTO observation VALUES(11,9,3);
INSERT INTO observation VALUES(12,1,269);
INSERT INTO observation VALUES(12,2,1);
INSERT INTO observation VALUES(12,3,243);
INSERT INTO observation VALUES(12,4,27);
INSERT INTO observation VALUES(12,6,28);
INSERT INTO observation VALUES(12,7,2);
INSERT INTO observation VALUES(12,8,27);
INSERT INTO observation VALUES(12,9,3);
INSERT INTO observation VALUES(13,1,269);
INSERT INTO observation VALUES(13,2,1);
INSERT INTO observation VALUES(13,3,243);
INSERT INTO observation VALUES(13,4,27);
INSERT INTO observation VALUES(13,6,28);
INSERT INTO observation VALUES(13,7,2);
INSERT INTO observation VALUES(13,8,27);
INSERT INTO observation VALUES(13,9,3);
INSERT INTO observation VALUES(14,1,269);
INSERT INTO observation VALUES(14,2,1);
INSERT INTO observation VALUES(14,3,243);
INSERT INTO observation VALUES(14,4,27);
INSERT INTO observation VALUES(14,6,28);
INSERT INTO observation VALUES(14,7,2);
INSERT INTO observation VALUES(14,8,27);
INSERT INTO observation VALUES(14,9,3);
INSERT INTO observation VALUES(15,1,269);
INSERT INTO observation VALUES(15,2,1);
INSERT INTO observation VALUES(15,3,243);
INSERT INTO observation VALUES(15,4,27);
INSERT INTO observation VALUES(15,6,28);
INSERT INTO observation VALUES(15,7,2);
INSERT INTO observation VALUES(15,8,27);
INSERT INTO observation VALUES(15,9,3);
INSERT INTO observation VALUES(16,1,269);
INSERT INTO observation VALUES(16,2,1);
INSERT INTO observation VALUES(16,3,243);
INSERT INTO observation VALUES(16,4,27);
INSERT INTO observation VALUES(16,6,28);
INSERT INTO observation VALUES(16,7,2);
INSERT INTO observation VALUES(16,8,27);
INSERT INTO observation VALUES(16,9,3);
INSERT INTO observation VALUES(17,1,269);
INSERT INTO observation VALUES(17,2,1);
INSERT INTO observation VALUES(17,3,243);
INSERT INTO observation VALUES(17,4,27);
INSERT INTO observation VALUES(17,6,28);
INSERT INTO observation VALUES(17,7,2);
INSERT INTO observation VALUES(17,8,27);
INSERT INTO observation VALUES(17,9,3);
INSERT INTO observation VALUES(18,1,269);
INSERT INTO observation VALUES(18,2,1);
INSERT INTO observation VALUES(18,3,243);
INSERT INTO observation VALUES(18,4,27);
INSERT INTO observation VALUES(18,6,28);
INSERT INTO observation VALUES(18,7,2);
INSERT INTO observation VALUES(18,8,27);
INSERT INTO observation VALUES(18,9,3);
INSERT INTO observation VALUES(19,1,269);
INSERT INTO observation VALUES(19,2,1);
INSERT INTO observation VALUES(19,3,243);
INSERT INTO observation VALUES(19,4,27);
INSERT INTO observation VALUES(19,6,28);
INSERT INTO observation VALUES(19,7,2);
INSERT INTO observation VALUES(19,8,27);
INSERT INTO observation VALUES(19,9,3);
INSERT INTO observation VALUES(20,1,149);
INSERT INTO observation VALUES(20,2,1);
INSERT INTO observation VALUES(20,3,135);
INSERT INTO observation VALUES(20,4,15);
INSERT INTO observation VALUES(20,6,140);
INSERT INTO observation VALUES(20,7,10);
INSERT INTO observation VALUES(20,8,135);
INSERT INTO observation VALUES(20,9,15);
INSERT INTO observation VALUES(21,1,149);
INSERT INTO observation VALUES(21,2,1);
INSERT INTO observation VALUES(21,3,135);
INSERT INTO observation VALUES(21,4,15);
INSERT INTO observation VALUES(21,6,140);
INSERT INTO observation VALUES(21,7,10);
INSERT INTO observation VALUES(21,8,135);
INSERT INTO observation VALUES(21,9,15);
INSERT INTO observation VALUES(22,1,149);
INSERT INTO observation VALUES(22,2,1);
INSERT INTO observation VALUES(22,3,135);
INSERT INTO observation VALUES(22,4,15);
INSERT INTO observation VALUES(22,6,140);
INSERT INTO observation VALUES(22,7,10);
INSERT INTO observation VALUES(22,8,135);
INSERT INTO observation VALUES(22,9,15);
INSERT INTO observation VALUES(23,1,149);
INSERT INTO observation VALUES(23,2,1);
INSERT INTO observation VALUES(23,3,135);
INSERT INTO observation VALUES(23,4,15);
INSERT INTO observation VALUES(23,6,140);
INSERT INTO observation VALUES(23,7,10);
INSERT INTO observation VALUES(23,8,135);
INSERT INTO observation VALUES(23,9,15);
INSERT INTO observation VALUES(24,1,149);
INSERT INTO observation VALUES(24,2,1);
INSERT INTO observation VALUES(24,3,135);
INSERT INTO observation VALUES(24,4,15);
INSERT INTO observation VALUES(24,6,140);
INSERT INTO observation VALUES(24,7,10);
INSERT INTO observation VALUES(24,8,135);
INSERT INTO observation VALUES(24,9,15);
INSERT INTO observation VALUES(25,1,149);
INSERT INTO observation VALUES(25,2,1);
INSERT INTO observation VALUES(25,3,135);
INSERT INTO observation VALUES(25,4,15);
INSERT INTO observation VALUES(25,6,140);
INSERT INTO observation VALUES(25,7,10);
INSERT INTO observation VALUES(25,8,135);
INSERT INTO observation VALUES(25,9,15);
INSERT INTO observation VALUES(26,1,149);
INSERT INTO observation VALUES(26,2,1);
INSERT INTO observation VALUES(26,3,135);
INSERT INTO observation VALUES(26,4,15);
INSERT INTO observation VALUES(26,6,140);
INSERT INTO observation VALUES(26,7,10);
INSERT INTO observation VALUES(26,8,135);
INSERT INTO observation VALUES(26,9,15);
INSERT INTO observation VALUES(27,1,149);
INSERT INTO observation VALUES(27,2,1);
INSERT INTO observation VALUES(27,3,135);
INSERT INTO observation VALUES(27,4,15);
INSERT INTO observation VALUES(27,6,140);
INSERT INTO observation VALUES(27,7,10);
INSERT INTO observation VALUES(27,8,135);
INSERT INTO observation VALUES(27,9,15);
INSERT INTO observation VALUES(28,1,149);
INSERT INTO observation VALUES(28,2,1);
INSERT INTO observation VALUES(28,3,135);
INSERT INTO observation VALUES(28,4,15);
INSERT INTO observation VALUES(28,6,140);
INSERT INTO observation VALUES(28,7,10);
INSERT INTO observation VALUES(28,8,135);
INSERT INTO observation VALUES(28,9,15);
INSERT INTO observation VALUES(29,1,149);
INSERT INTO observation VALUES(29,2,1);
INSERT INTO observation VALUES(29,3,135);
INSERT INTO observation VALUES(29,4,15);
INSERT INTO observation VALUES(29,6,140);
INSERT INTO observation VALUES(29,7,10);
INSERT INTO observation VALUES(29,8,135);
INSERT INTO observation VALUES(29,9,15);
INSERT INTO observation VALUES(30,1,149);
INSERT INTO observation VALUES(30,2,1);
INSERT INTO observation VALUES(30,3,135);
INSERT INTO observation VALUES(30,4,15);
INSERT INTO observation VALUES(30,6,140);
INSERT INTO observation VALUES(30,7,10);
INSERT INTO observation VALUES(30,8,135);
INSERT INTO observation VALUES(30,9,15);
INSERT INTO observation VALUES(31,1,149);
INSERT INTO observation VALUES(31,2,1);
INSERT INTO observation VALUES(31,3,135);
INSERT INTO observation VALUES(31,4,15);
INSERT INTO observation VALUES(31,6,140);
INSERT INTO observation VALUES(31,7,10);
INSERT INTO observation VALUES(31,8,135);
INSERT INTO observation VALUES(31,9,15);
INSERT INTO observation VALUES(32,1,149);
INSERT INTO observation VALUES(32,2,1);
INSERT INTO observation VALUES(32,3,135);
INSERT INTO observation VALUES(32,4,15);
INSERT INTO observation VALUES(32,6,140);
INSERT INTO observation VALUES(32,7,10);
INSERT INTO observation VALUES(32,8,135);
INSERT INTO observation VALUES(32,9,15);
INSERT INTO observation VALUES(33,1,149);
INSERT INTO observation VALUES(33,2,1);
INSERT INTO observation VALUES(33,3,135);
INSERT INTO observation VALUES(33,4,15);
INSERT INTO observation VALUES(33,6,140);
INSERT INTO observation VALUES(33,7,10);
INSERT INTO observation VALUES(33,8,135);
INSERT INTO observation VALUES(33,9,15);
INSERT INTO observation VALUES(34,1,149);
INSERT INTO observation VALUES(34,2,1);
INSERT INTO observation VALUES(34,3,135);
INSERT INTO observation VALUES(34,4,15);
INSERT INTO observation VALUES(34,6,140);
INSERT INTO observation VALUES(34,7,10);
INSERT INTO observation VALUES(34,8,135);
INSERT INTO observation VALUES(34,9,15);
INSERT INTO observation VALUES(35,1,149);
INSERT INTO observation VALUES(35,2,1);
INSERT INTO observation VALUES(35,3,135);
INSERT INTO observation VALUES(35,4,15);
INSERT INTO observation VALUES(35,6,140);
INSERT INTO observation VALUES(35,7,10);
INSERT INTO observation VALUES(35,8,135);
INSERT INTO observation VALUES(35,9,15);
INSERT INTO observation VALUES(36,1,149);
INSERT INTO observation VALUES(36,2,1);
INSERT INTO observation VALUES(36,3,135);
INSERT INTO observation VALUES(36,4,15);
INSERT INTO observation VALUES(36,6,140);
INSERT INTO observation VALUES(36,7,10);
INSERT INTO observation VALUES(36,8,135);
INSERT INTO observation VALUES(36,9,15);
INSERT INTO observation VALUES(37,1,149);
INSERT INTO observation VALUES(37,2,1);
INSERT INTO observation VALUES(37,3,135);
INSERT INTO observation VALUES(37,4,15);
INSERT INTO observation VALUES(37,6,140);
INSERT INTO observation VALUES(37,7,10);
INSERT INTO observation VALUES(37,8,135);
INSERT INTO observation VALUES(37,9,15);
INSERT INTO observation VALUES(38,1,149);
INSERT INTO observation VALUES(38,2,1);
INSERT INTO observation VALUES(38,3,135);
INSERT INTO observation VALUES(38,4,15);
INSERT INTO observation VALUES(38,6,140);
INSERT INTO observation VALUES(38,7,10);
INSERT INTO observation VALUES(38,8,135);
INSERT INTO observation VALUES(38,9,15);
INSERT INTO observation VALUES(39,1,149);
INSERT INTO observation VALUES(39,2,1);
INSERT INTO observation VALUES(39,3,135);
INSERT INTO observation VALUES(39,4,15);
INSERT INTO observation VALUES(39,6,140);
INSERT INTO observation VALUES(39,7,10);
INSERT INTO observation VALUES(39,8,135);
INSERT INTO observation VALUES(39,9,15);
CREATE TABLE correction (
  id INTEGER PRIMARY KEY,
  interval_id INTEGER NOT NULL REFERENCES interval (id),
  series_id INTEGER NOT NULL REFERENCES series (id),
  count_before INTEGER NOT NULL CHECK (count_before >= 0),
  count_after INTEGER NOT NULL CHECK (count_after >= 0),
  collection_id INTEGER NOT NULL REFERENCES collection (id),  -- the run that found it
  CHECK (count_before <> count_after)
) STRICT;
INSERT INTO correction VALUES(1,3,1,298,299,2);
CREATE TABLE decision (
  id INTEGER PRIMARY KEY,
  target_id INTEGER NOT NULL REFERENCES target (id),
  rollout_id INTEGER REFERENCES weight_state (id),  -- the weight state that opened the rollout
  at INTEGER NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('promote', 'block', 'hold', 'unknown')),
  reason TEXT NOT NULL CHECK (reason <> ''),
  window_from INTEGER,           -- the intervals that entered; NULL if none did
  window_to INTEGER,
  policy TEXT NOT NULL CHECK (json_valid(policy)),
  evidence TEXT NOT NULL CHECK (json_valid(evidence)),
  tool_version TEXT NOT NULL,
  CHECK ((window_from IS NULL) = (window_to IS NULL))
) STRICT;
INSERT INTO decision VALUES(1,1,2,1795507545000,'block','shown to be worse: error rate of v2 6.67 % (30 of 450 requests), of v1 0.386 % (11 of 2,850); tolerated is 0.582 %',1795507350000,1795507545000,'{"baseline":null,"falseBlockBound":0.05,"falsePromoteBound":0.05,"errors":{"atMost":{"ratio":1.25,"points":0.001},"responses":["5xx","noResponse"]},"warmUpIntervals":1,"maximumDataAgeSeconds":300}','{"reporter":"source","baseline":"v1","weightStates":[{"id":2,"validFrom":"2026-11-24T08:02:01Z","validUntil":"2026-11-24T08:05:00Z","weights":{"v1":90,"v2":10}},{"id":3,"validFrom":"2026-11-24T08:05:01Z","validUntil":"2026-11-24T08:05:45Z","weights":{"v1":50,"v2":50}}],"strata":{"v2":[[1795507350000,1795507365000,270,1,30,2],[1795507365000,1795507380000,270,1,30,2],[1795507380000,1795507395000,270,1,30,2],[1795507395000,1795507410000,270,1,30,2],[1795507410000,1795507425000,270,1,30,2],[1795507425000,1795507440000,270,1,30,2],[1795507440000,1795507455000,270,1,30,2],[1795507455000,1795507470000,270,1,30,2],[1795507470000,1795507485000,270,1,30,2],[1795507485000,1795507500000,270,1,30,2],[1795507530000,1795507545000,150,1,150,10]]},"reasons":["shown to be worse: error rate of v2 6.67 % (30 of 450 requests), of v1 0.386 % (11 of 2,850); tolerated is 0.582 %"],"checks":[{"name":"errors","verdict":"block","metric":"errorRate","canary":"v2","baseline":"v1","estimate":{"estimate":0.06666666666666667,"lower":0.032863529115774004,"upper":0.11639683458696275},"limit":0.005824561403508772,"evidenceToBlock":23.611883500374656,"evidenceToPromote":-2.7920112085044497,"requiredEvidence":2.995732273553991,"requestsNeeded":null,"explanation":"shown to be worse: error rate of v2 6.67 % (30 of 450 requests), of v1 0.386 % (11 of 2,850); tolerated is 0.582 %"}]}','0.1.0');
INSERT INTO decision VALUES(2,1,2,1795507815000,'block','shown to be worse: error rate of v2 6.67 % (200 of 3,000 requests), of v1 0.519 % (28 of 5,400); tolerated is 0.748 %',1795507350000,1795507800000,'{"baseline":null,"falseBlockBound":0.05,"falsePromoteBound":0.05,"errors":{"atMost":{"ratio":1.25,"points":0.001},"responses":["5xx","noResponse"]},"warmUpIntervals":1,"maximumDataAgeSeconds":300}','{"reporter":"source","baseline":"v1","weightStates":[{"id":2,"validFrom":"2026-11-24T08:02:01Z","validUntil":"2026-11-24T08:05:00Z","weights":{"v1":90,"v2":10}},{"id":3,"validFrom":"2026-11-24T08:05:01Z","validUntil":"2026-11-24T08:10:15Z","weights":{"v1":50,"v2":50}}],"strata":{"v2":[[1795507350000,1795507365000,270,1,30,2],[1795507365000,1795507380000,270,1,30,2],[1795507380000,1795507395000,270,1,30,2],[1795507395000,1795507410000,270,1,30,2],[1795507410000,1795507425000,270,1,30,2],[1795507425000,1795507440000,270,1,30,2],[1795507440000,1795507455000,270,1,30,2],[1795507455000,1795507470000,270,1,30,2],[1795507470000,1795507485000,270,1,30,2],[1795507485000,1795507500000,270,1,30,2],[1795507530000,1795507545000,150,1,150,10],[1795507545000,1795507560000,150,1,150,10],[1795507560000,1795507575000,150,1,150,10],[1795507575000,1795507590000,150,1,150,10],[1795507590000,1795507605000,150,1,150,10],[1795507605000,1795507620000,150,1,150,10],[1795507620000,1795507635000,150,1,150,10],[1795507635000,1795507650000,150,1,150,10],[1795507650000,1795507665000,150,1,150,10],[1795507665000,1795507680000,150,1,150,10],[1795507680000,1795507695000,150,1,150,10],[1795507695000,1795507710000,150,1,150,10],[1795507710000,1795507725000,150,1,150,10],[1795507725000,1795507740000,150,1,150,10],[1795507740000,1795507755000,150,1,150,10],[1795507755000,1795507770000,150,1,150,10],[1795507770000,1795507785000,150,1,150,10],[1795507785000,1795507800000,150,1,150,10]]},"reasons":["shown to be worse: error rate of v2 6.67 % (200 of 3,000 requests), of v1 0.519 % (28 of 5,400); tolerated is 0.748 %"],"checks":[{"name":"errors","verdict":"block","metric":"errorRate","canary":"v2","baseline":"v1","estimate":{"estimate":0.06666666666666667,"lower":0.05073620319498373,"upper":0.08537426537270737},"limit":0.007481481481481481,"evidenceToBlock":77.89790381437375,"evidenceToPromote":-2.7920112085044497,"requiredEvidence":2.995732273553991,"requestsNeeded":null,"explanation":"shown to be worse: error rate of v2 6.67 % (200 of 3,000 requests), of v1 0.519 % (28 of 5,400); tolerated is 0.748 %"}]}','0.1.0');
INSERT INTO decision VALUES(3,1,2,1795507860000,'block','shown to be worse: error rate of v2 6.67 % (200 of 3,000 requests), of v1 0.519 % (28 of 5,400); tolerated is 0.748 %',1795507350000,1795507800000,'{"baseline":null,"falseBlockBound":0.05,"falsePromoteBound":0.05,"errors":{"atMost":{"ratio":1.25,"points":0.001},"responses":["5xx","noResponse"]},"warmUpIntervals":1,"maximumDataAgeSeconds":300}','{"reporter":"source","baseline":"v1","weightStates":[{"id":2,"validFrom":"2026-11-24T08:02:01Z","validUntil":"2026-11-24T08:05:00Z","weights":{"v1":90,"v2":10}},{"id":3,"validFrom":"2026-11-24T08:05:01Z","validUntil":"2026-11-24T08:11:00Z","weights":{"v1":50,"v2":50}}],"strata":{"v2":[[1795507350000,1795507365000,270,1,30,2],[1795507365000,1795507380000,270,1,30,2],[1795507380000,1795507395000,270,1,30,2],[1795507395000,1795507410000,270,1,30,2],[1795507410000,1795507425000,270,1,30,2],[1795507425000,1795507440000,270,1,30,2],[1795507440000,1795507455000,270,1,30,2],[1795507455000,1795507470000,270,1,30,2],[1795507470000,1795507485000,270,1,30,2],[1795507485000,1795507500000,270,1,30,2],[1795507530000,1795507545000,150,1,150,10],[1795507545000,1795507560000,150,1,150,10],[1795507560000,1795507575000,150,1,150,10],[1795507575000,1795507590000,150,1,150,10],[1795507590000,1795507605000,150,1,150,10],[1795507605000,1795507620000,150,1,150,10],[1795507620000,1795507635000,150,1,150,10],[1795507635000,1795507650000,150,1,150,10],[1795507650000,1795507665000,150,1,150,10],[1795507665000,1795507680000,150,1,150,10],[1795507680000,1795507695000,150,1,150,10],[1795507695000,1795507710000,150,1,150,10],[1795507710000,1795507725000,150,1,150,10],[1795507725000,1795507740000,150,1,150,10],[1795507740000,1795507755000,150,1,150,10],[1795507755000,1795507770000,150,1,150,10],[1795507770000,1795507785000,150,1,150,10],[1795507785000,1795507800000,150,1,150,10]]},"reasons":["shown to be worse: error rate of v2 6.67 % (200 of 3,000 requests), of v1 0.519 % (28 of 5,400); tolerated is 0.748 %"],"checks":[{"name":"errors","verdict":"block","metric":"errorRate","canary":"v2","baseline":"v1","estimate":{"estimate":0.06666666666666667,"lower":0.05073620319498373,"upper":0.08537426537270737},"limit":0.007481481481481481,"evidenceToBlock":77.89790381437375,"evidenceToPromote":-2.7920112085044497,"requiredEvidence":2.995732273553991,"requestsNeeded":null,"explanation":"shown to be worse: error rate of v2 6.67 % (200 of 3,000 requests), of v1 0.519 % (28 of 5,400); tolerated is 0.748 %"}]}','0.1.0');
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
CREATE TRIGGER interval_does_not_overlap BEFORE INSERT ON interval
WHEN (
  SELECT start_at < NEW.end_at FROM interval
  WHERE target_id = NEW.target_id AND end_at > NEW.start_at
  ORDER BY end_at LIMIT 1
)
BEGIN SELECT RAISE(ABORT, 'intervals of a target must not overlap'); END;
CREATE INDEX series_of_version ON series (version_id);
CREATE UNIQUE INDEX series_of_responses
  ON series (version_id, reporter, response_code, coalesce(grpc_status, ''))
  WHERE response_code IS NOT NULL;
CREATE UNIQUE INDEX series_of_durations
  ON series (version_id, reporter, upper_bound_milliseconds)
  WHERE upper_bound_milliseconds IS NOT NULL;
CREATE INDEX correction_of_interval ON correction (interval_id);
CREATE TRIGGER correction_is_not_updated BEFORE UPDATE ON correction
BEGIN SELECT RAISE(ABORT, 'corrections are append-only'); END;
CREATE TRIGGER correction_is_not_deleted BEFORE DELETE ON correction
BEGIN SELECT RAISE(ABORT, 'corrections are append-only'); END;
CREATE TRIGGER correction_is_not_replaced BEFORE INSERT ON correction
WHEN EXISTS (SELECT 1 FROM correction WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'corrections are append-only'); END;
CREATE VIEW judged_reporter AS
SELECT target_id,
  CASE WHEN sum(reporter = 'source') > 0 THEN 'source' ELSE 'destination' END AS reporter
FROM series
JOIN version ON version.id = series.version_id
GROUP BY target_id;
CREATE VIEW error_response AS
SELECT '5xx' AS response_class UNION ALL SELECT 'noResponse';
CREATE VIEW response AS
SELECT interval.target_id, interval.id AS interval_id, interval.start_at, interval.end_at,
  series.version_id, series.reporter, series.response_code, series.grpc_status,
  series.response_class,
  observation.count AS requests
FROM interval
JOIN observation ON observation.interval_id = interval.id
JOIN series ON series.id = observation.series_id AND series.response_code IS NOT NULL;
CREATE VIEW duration AS
SELECT interval.target_id, interval.id AS interval_id, interval.start_at, interval.end_at,
  series.version_id, series.reporter, series.upper_bound_milliseconds,
  observation.count AS requests
FROM interval
JOIN observation ON observation.interval_id = interval.id
JOIN series ON series.id = observation.series_id AND series.upper_bound_milliseconds IS NOT NULL;
CREATE VIEW error_rate_by_interval AS
SELECT target.name AS target, version.name AS version, response.reporter,
  strftime('%Y-%m-%dT%H:%M:%SZ', response.start_at / 1000, 'unixepoch') AS start_time,
  strftime('%Y-%m-%dT%H:%M:%SZ', response.end_at / 1000, 'unixepoch') AS end_time,
  sum(requests) AS requests,
  sum(requests * (response_class IN (SELECT response_class FROM error_response))) AS errors,
  1.0 * sum(requests * (response_class IN (SELECT response_class FROM error_response)))
    / sum(requests) AS error_rate
FROM response
JOIN target ON target.id = response.target_id
JOIN version ON version.id = response.version_id
GROUP BY response.target_id, response.end_at, response.version_id, response.reporter;
CREATE INDEX decision_of_target ON decision (target_id, at);
CREATE TRIGGER decision_is_not_updated BEFORE UPDATE ON decision
BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;
CREATE TRIGGER decision_is_not_deleted BEFORE DELETE ON decision
BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;
CREATE TRIGGER decision_is_not_replaced BEFORE INSERT ON decision
WHEN EXISTS (SELECT 1 FROM decision WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;
COMMIT;
