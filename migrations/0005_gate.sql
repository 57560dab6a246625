-- What the gate goes by, beside counts and weights.

-- Runs of the collector that stored nothing for a target, one row as long as the reason stays the
-- same and no run succeeds.
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

-- What a run found wrong with the source of the counts: why there are none where some should be.
CREATE TABLE source_finding (
  collection_id INTEGER NOT NULL REFERENCES collection (id),
  kind TEXT NOT NULL
    CHECK (kind IN ('selectorEmpty', 'seriesAbsent', 'scrapeGap', 'sameSeriesTwice')),
  description TEXT NOT NULL CHECK (description <> ''),
  version_id INTEGER REFERENCES version (id),  -- NULL: about all
  PRIMARY KEY (collection_id, kind, description)
) STRICT, WITHOUT ROWID;

-- What a query of the user's own counted in an interval for a version; rows without an event are
-- left out.
CREATE TABLE custom_observation (
  interval_id INTEGER NOT NULL REFERENCES interval (id) ON DELETE CASCADE,
  version_id INTEGER NOT NULL REFERENCES version (id),
  check_name TEXT NOT NULL CHECK (check_name <> ''),
  good INTEGER NOT NULL CHECK (good >= 0),
  bad INTEGER NOT NULL CHECK (bad >= 0),
  PRIMARY KEY (interval_id, version_id, check_name),
  CHECK (good + bad > 0)
) STRICT, WITHOUT ROWID;

-- How much more the counts of two equal versions differed in a stretch of history than those of
-- independent requests would; the newest of each metric is used.
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
  requests_per_interval REAL NOT NULL CHECK (requests_per_interval > 0),
  CHECK (window_from < window_to)
) STRICT;
CREATE INDEX calibration_of_target ON calibration (target_id, metric, id);

-- Calibrations move verdicts: which one was in force when must stay known.
CREATE TRIGGER calibration_is_not_updated BEFORE UPDATE ON calibration
BEGIN SELECT RAISE(ABORT, 'calibrations are append-only'); END;
CREATE TRIGGER calibration_is_not_deleted BEFORE DELETE ON calibration
BEGIN SELECT RAISE(ABORT, 'calibrations are append-only'); END;
-- INSERT OR REPLACE deletes without firing the trigger above.
CREATE TRIGGER calibration_is_not_replaced BEFORE INSERT ON calibration
WHEN EXISTS (SELECT 1 FROM calibration WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'calibrations are append-only'); END;
