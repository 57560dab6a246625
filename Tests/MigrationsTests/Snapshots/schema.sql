CREATE TABLE blind_spot (
  weight_state_id INTEGER NOT NULL REFERENCES weight_state (id),
  description TEXT NOT NULL CHECK (description <> ''),
  PRIMARY KEY (weight_state_id, description)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER blind_spot_is_not_deleted BEFORE DELETE ON blind_spot
BEGIN SELECT RAISE(ABORT, 'weight states are append-only'); END;
CREATE TRIGGER blind_spot_is_not_updated BEFORE UPDATE ON blind_spot
BEGIN SELECT RAISE(ABORT, 'weight states are append-only'); END;
CREATE TABLE calibration (
  id INTEGER PRIMARY KEY,
  target_id INTEGER NOT NULL REFERENCES target (id),
  calibrated_at INTEGER NOT NULL,
  metric TEXT NOT NULL CHECK (metric IN ('errors', 'latency')),
  dispersion REAL NOT NULL CHECK (dispersion >= 1),
  window_from INTEGER NOT NULL,
  window_to INTEGER NOT NULL,
  step_seconds INTEGER NOT NULL CHECK (step_seconds > 0),
  canary_share REAL NOT NULL CHECK (canary_share > 0 AND canary_share < 1),
  requests_per_interval REAL NOT NULL CHECK (requests_per_interval > 0), reporter TEXT      -- NULL: made before it was stored
  CHECK (reporter IN ('source', 'destination')), error_responses TEXT  -- NULL: likewise
  CHECK (error_responses IS NULL OR json_valid(error_responses)),
  CHECK (window_from < window_to)
) STRICT;
CREATE TRIGGER calibration_is_not_deleted BEFORE DELETE ON calibration
BEGIN SELECT RAISE(ABORT, 'calibrations are append-only'); END;
CREATE TRIGGER calibration_is_not_replaced BEFORE INSERT ON calibration
WHEN EXISTS (SELECT 1 FROM calibration WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'calibrations are append-only'); END;
CREATE TRIGGER calibration_is_not_updated BEFORE UPDATE ON calibration
BEGIN SELECT RAISE(ABORT, 'calibrations are append-only'); END;
CREATE INDEX calibration_of_target ON calibration (target_id, metric, id);
CREATE TABLE collection (
  id INTEGER PRIMARY KEY,
  weight_state_id INTEGER NOT NULL REFERENCES weight_state (id),
  observed_at INTEGER NOT NULL,  -- of the VirtualService
  tool_version TEXT NOT NULL
) STRICT;
CREATE TRIGGER collection_is_not_deleted BEFORE DELETE ON collection
WHEN NOT EXISTS (
    SELECT 1 FROM collection WHERE weight_state_id = OLD.weight_state_id AND id < OLD.id)
  OR NOT EXISTS (
    SELECT 1 FROM collection
    WHERE weight_state_id = OLD.weight_state_id AND observed_at < OLD.observed_at)
  OR NOT EXISTS (
    SELECT 1 FROM collection
    WHERE weight_state_id = OLD.weight_state_id AND observed_at > OLD.observed_at)
  OR EXISTS (SELECT 1 FROM ledger_entry WHERE kind = 'earlierReading' AND fact_id = OLD.id)
BEGIN SELECT RAISE(ABORT, 'collections are append-only'); END;
CREATE TRIGGER collection_is_not_replaced BEFORE INSERT ON collection
WHEN EXISTS (SELECT 1 FROM collection WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'collections are append-only'); END;
CREATE TRIGGER collection_is_not_updated BEFORE UPDATE ON collection
BEGIN SELECT RAISE(ABORT, 'collections are append-only'); END;
CREATE INDEX collection_of_weight_state ON collection (weight_state_id, observed_at);
CREATE TABLE collection_failure (
  id INTEGER PRIMARY KEY,
  target_id INTEGER NOT NULL REFERENCES target (id),
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  runs INTEGER NOT NULL CHECK (runs > 0),
  kind TEXT NOT NULL CHECK (kind IN ('sourceDown', 'sameSeriesTwice', 'other')),
  reason TEXT NOT NULL CHECK (reason <> ''),
  CHECK (first_at <= last_at)
) STRICT;
CREATE INDEX collection_failure_of_target ON collection_failure (target_id, last_at);
CREATE TABLE correction (
  id INTEGER PRIMARY KEY,
  interval_id INTEGER NOT NULL REFERENCES interval (id),
  series_id INTEGER NOT NULL REFERENCES series (id),
  count_before INTEGER NOT NULL CHECK (count_before >= 0),
  count_after INTEGER NOT NULL CHECK (count_after >= 0),
  collection_id INTEGER NOT NULL REFERENCES collection (id),  -- the run that found it
  CHECK (count_before <> count_after)
) STRICT;
CREATE TRIGGER correction_is_not_deleted BEFORE DELETE ON correction
BEGIN SELECT RAISE(ABORT, 'corrections are append-only'); END;
CREATE TRIGGER correction_is_not_replaced BEFORE INSERT ON correction
WHEN EXISTS (SELECT 1 FROM correction WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'corrections are append-only'); END;
CREATE TRIGGER correction_is_not_updated BEFORE UPDATE ON correction
BEGIN SELECT RAISE(ABORT, 'corrections are append-only'); END;
CREATE INDEX correction_of_interval ON correction (interval_id);
CREATE TABLE custom_gap (
  id INTEGER PRIMARY KEY,
  target_id INTEGER NOT NULL REFERENCES target (id),
  check_name TEXT NOT NULL CHECK (check_name <> ''),
  start_at INTEGER NOT NULL,
  end_at INTEGER NOT NULL,
  reason TEXT NOT NULL CHECK (reason <> ''),
  collection_id INTEGER NOT NULL REFERENCES collection (id),  -- the run that asked
  CHECK (end_at > start_at),
  UNIQUE (target_id, check_name, end_at)
) STRICT;
CREATE TABLE custom_observation (
  interval_id INTEGER NOT NULL REFERENCES interval (id) ON DELETE CASCADE,
  version_id INTEGER NOT NULL REFERENCES version (id),
  check_name TEXT NOT NULL CHECK (check_name <> ''),
  good INTEGER NOT NULL CHECK (good >= 0),
  bad INTEGER NOT NULL CHECK (bad >= 0),
  PRIMARY KEY (interval_id, version_id, check_name),
  CHECK (good + bad > 0)
) STRICT, WITHOUT ROWID;
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
  tool_version TEXT NOT NULL, override_entry INTEGER REFERENCES ledger_entry (sequence), decided_at INTEGER,
  CHECK ((window_from IS NULL) = (window_to IS NULL))
) STRICT;
CREATE TRIGGER decision_is_not_deleted BEFORE DELETE ON decision
BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;
CREATE TRIGGER decision_is_not_replaced BEFORE INSERT ON decision
WHEN EXISTS (SELECT 1 FROM decision WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;
CREATE TRIGGER decision_is_not_updated BEFORE UPDATE ON decision
BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;
CREATE INDEX decision_of_target ON decision (target_id, at);
CREATE TABLE evidence_part (
  hash TEXT PRIMARY KEY              -- SHA-256 of the JSON, in hexadecimal
    CHECK (length(hash) = 64 AND hash NOT GLOB '*[^0-9a-f]*'),
  content BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER evidence_part_is_not_deleted BEFORE DELETE ON evidence_part
BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END;
CREATE TRIGGER evidence_part_is_not_replaced BEFORE INSERT ON evidence_part
WHEN EXISTS (SELECT 1 FROM evidence_part WHERE hash = NEW.hash)
BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END;
CREATE TRIGGER evidence_part_is_not_updated BEFORE UPDATE ON evidence_part
BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END;
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
CREATE TABLE hourly_count (
  target_id INTEGER NOT NULL REFERENCES target (id),
  end_at INTEGER NOT NULL CHECK (end_at % 3600000 = 0),
  series_id INTEGER NOT NULL REFERENCES series (id),
  count INTEGER NOT NULL CHECK (count >= 0),
  first_start_at INTEGER NOT NULL,  -- of the first interval that was ever counted in it
  last_end_at INTEGER NOT NULL,     -- of the last one
  PRIMARY KEY (target_id, end_at, series_id)
) STRICT, WITHOUT ROWID;
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
CREATE TRIGGER interval_does_not_overlap BEFORE INSERT ON interval
WHEN (
  SELECT start_at < NEW.end_at FROM interval
  WHERE target_id = NEW.target_id AND end_at > NEW.start_at
  ORDER BY end_at LIMIT 1
)
BEGIN SELECT RAISE(ABORT, 'intervals of a target must not overlap'); END;
CREATE TRIGGER interval_goes_with_its_observations BEFORE DELETE ON interval
BEGIN
  DELETE FROM observation WHERE interval_id = OLD.id;
END;
CREATE TABLE ledger_entry (
  sequence INTEGER PRIMARY KEY,      -- 1, 2, 3, …; none is left out
  kind TEXT NOT NULL CHECK (kind <> ''),
  at INTEGER NOT NULL,               -- when what it records happened
  target_id INTEGER REFERENCES target (id),
  fact_id INTEGER,                   -- the row that it records; NULL if the entry is all there is
  content TEXT NOT NULL CHECK (json_valid(content) AND instr(content, char(10)) = 0),
  predecessor TEXT NOT NULL,         -- the hash of the entry before
  signature TEXT CHECK (length(signature) = 128 AND signature NOT GLOB '*[^0-9a-f]*'),
  hash TEXT NOT NULL CHECK (length(hash) = 64 AND hash NOT GLOB '*[^0-9a-f]*')
) STRICT;
CREATE TRIGGER ledger_entry_is_next BEFORE INSERT ON ledger_entry
WHEN NEW.sequence IS NOT (SELECT coalesce(max(sequence), 0) + 1 FROM ledger_entry)
  OR NEW.predecessor IS NOT coalesce(
    (SELECT hash FROM ledger_entry ORDER BY sequence DESC LIMIT 1),
    '0000000000000000000000000000000000000000000000000000000000000000')
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_entry_is_not_deleted BEFORE DELETE ON ledger_entry
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_entry_is_not_updated BEFORE UPDATE ON ledger_entry
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE INDEX ledger_entry_of_fact ON ledger_entry (kind, fact_id);
CREATE INDEX ledger_entry_of_target ON ledger_entry (target_id, at);
CREATE TABLE migration (
  name TEXT PRIMARY KEY,
  sql TEXT NOT NULL,
  applied_at INTEGER NOT NULL
) STRICT;
CREATE TABLE observation (
  interval_id INTEGER NOT NULL REFERENCES interval (id) ON DELETE CASCADE,
  series_id INTEGER NOT NULL REFERENCES series (id),
  count INTEGER NOT NULL CHECK (count > 0),
  PRIMARY KEY (interval_id, series_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER observation_is_subtracted AFTER DELETE ON observation
BEGIN
  UPDATE hourly_count SET count = count - OLD.count
  FROM interval
  WHERE interval.id = OLD.interval_id AND hourly_count.target_id = interval.target_id
    AND hourly_count.end_at = (interval.end_at + 3599999) / 3600000 * 3600000
    AND hourly_count.series_id = OLD.series_id;
END;
CREATE TRIGGER observation_is_summed AFTER INSERT ON observation
BEGIN
  INSERT INTO hourly_count
  SELECT target_id, (end_at + 3599999) / 3600000 * 3600000, NEW.series_id, NEW.count, start_at,
    end_at
  FROM interval WHERE id = NEW.interval_id
  ON CONFLICT DO UPDATE SET count = count + excluded.count,
    first_start_at = min(first_start_at, excluded.first_start_at),
    last_end_at = max(last_end_at, excluded.last_end_at);
END;
CREATE TRIGGER observation_is_summed_anew AFTER UPDATE ON observation
BEGIN
  UPDATE hourly_count SET count = count - OLD.count
  FROM interval
  WHERE interval.id = OLD.interval_id AND hourly_count.target_id = interval.target_id
    AND hourly_count.end_at = (interval.end_at + 3599999) / 3600000 * 3600000
    AND hourly_count.series_id = OLD.series_id;
  INSERT INTO hourly_count
  SELECT target_id, (end_at + 3599999) / 3600000 * 3600000, NEW.series_id, NEW.count, start_at,
    end_at
  FROM interval WHERE id = NEW.interval_id
  ON CONFLICT DO UPDATE SET count = count + excluded.count;
END;
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
CREATE UNIQUE INDEX series_of_durations
  ON series (version_id, reporter, upper_bound_milliseconds)
  WHERE upper_bound_milliseconds IS NOT NULL;
CREATE UNIQUE INDEX series_of_responses
  ON series (version_id, reporter, response_code, coalesce(grpc_status, ''))
  WHERE response_code IS NOT NULL;
CREATE INDEX series_of_version ON series (version_id);
CREATE TABLE source_finding (
  collection_id INTEGER NOT NULL REFERENCES collection (id),
  kind TEXT NOT NULL
    CHECK (kind IN ('selectorEmpty', 'seriesAbsent', 'scrapeGap', 'sameSeriesTwice')),
  description TEXT NOT NULL CHECK (description <> ''),
  version_id INTEGER REFERENCES version (id),  -- NULL: about all
  PRIMARY KEY (collection_id, kind, description)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER source_finding_is_not_deleted BEFORE DELETE ON source_finding
WHEN EXISTS (SELECT 1 FROM collection WHERE id = OLD.collection_id)
BEGIN SELECT RAISE(ABORT, 'source findings are append-only'); END;
CREATE TRIGGER source_finding_is_not_replaced BEFORE INSERT ON source_finding
WHEN EXISTS (
  SELECT 1 FROM source_finding
  WHERE collection_id = NEW.collection_id AND kind = NEW.kind AND description = NEW.description
)
BEGIN SELECT RAISE(ABORT, 'source findings are append-only'); END;
CREATE TRIGGER source_finding_is_not_updated BEFORE UPDATE ON source_finding
BEGIN SELECT RAISE(ABORT, 'source findings are append-only'); END;
CREATE TABLE target (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE CHECK (name <> ''),
  namespace TEXT NOT NULL,       -- of the VirtualService
  virtual_service TEXT NOT NULL,
  host TEXT NOT NULL,            -- as the VirtualService names it
  UNIQUE (namespace, virtual_service, name)
) STRICT;
CREATE TABLE version (
  id INTEGER PRIMARY KEY,
  target_id INTEGER NOT NULL REFERENCES target (id),
  name TEXT NOT NULL CHECK (name <> ''),
  UNIQUE (target_id, name)
) STRICT;
CREATE TABLE weight (
  weight_state_id INTEGER NOT NULL REFERENCES weight_state (id),
  version_id INTEGER NOT NULL REFERENCES version (id),
  position INTEGER NOT NULL CHECK (position >= 0),  -- in the route
  weight INTEGER NOT NULL CHECK (weight >= 0),
  destination_host TEXT NOT NULL,
  destination_subset TEXT,
  PRIMARY KEY (weight_state_id, version_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER weight_is_not_deleted BEFORE DELETE ON weight
BEGIN SELECT RAISE(ABORT, 'weight states are append-only'); END;
CREATE TRIGGER weight_is_not_replaced BEFORE INSERT ON weight
WHEN EXISTS (
  SELECT 1 FROM weight
  WHERE weight_state_id = NEW.weight_state_id AND version_id = NEW.version_id
)
BEGIN SELECT RAISE(ABORT, 'weight states are append-only'); END;
CREATE TRIGGER weight_is_not_updated BEFORE UPDATE ON weight
BEGIN SELECT RAISE(ABORT, 'weight states are append-only'); END;
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
CREATE TRIGGER weight_state_is_not_deleted BEFORE DELETE ON weight_state
BEGIN SELECT RAISE(ABORT, 'weight states are append-only'); END;
CREATE TRIGGER weight_state_is_not_replaced BEFORE INSERT ON weight_state
WHEN EXISTS (SELECT 1 FROM weight_state WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'weight states are append-only'); END;
CREATE TRIGGER weight_state_is_not_updated BEFORE UPDATE ON weight_state
BEGIN SELECT RAISE(ABORT, 'weight states are append-only'); END;
CREATE INDEX weight_state_of_target ON weight_state (target_id);
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
CREATE VIEW error_response AS
SELECT '5xx' AS response_class UNION ALL SELECT 'noResponse';
CREATE VIEW judged_reporter AS
SELECT target_id,
  CASE WHEN sum(reporter = 'source') > 0 THEN 'source' ELSE 'destination' END AS reporter
FROM series
JOIN version ON version.id = series.version_id
GROUP BY target_id;
CREATE VIEW override AS
SELECT sequence AS ledger_entry, target_id, at,
  json_extract(content, '$.rollout_id') AS rollout_id,
  json_extract(content, '$.by') AS by,
  json_extract(content, '$.reason') AS reason,
  json_extract(content, '$.until') AS until,
  json_extract(content, '$.decided_at') AS decided_at
FROM ledger_entry WHERE kind = 'override';
CREATE VIEW response AS
SELECT interval.target_id, interval.id AS interval_id, interval.start_at, interval.end_at,
  series.version_id, series.reporter, series.response_code, series.grpc_status,
  series.response_class,
  observation.count AS requests
FROM interval
JOIN observation ON observation.interval_id = interval.id
JOIN series ON series.id = observation.series_id AND series.response_code IS NOT NULL;
CREATE VIEW weight_share AS
SELECT weight_state_id, version_id, position, weight,
  CASE
    WHEN count(*) OVER of_state = 1 THEN 1.0
    ELSE 1.0 * weight / sum(weight) OVER of_state
  END AS share
FROM weight
WINDOW of_state AS (PARTITION BY weight_state_id);
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
