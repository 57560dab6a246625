-- What was counted.

-- A slot (start_at, end_at] of the sampling grid that was observed. One with no observation was
-- observed and empty; a slot without a row was not observed. Until it is settled it is read again
-- and corrected in place; a correction after that is recorded.
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

-- No request is counted in two intervals.
CREATE TRIGGER interval_does_not_overlap BEFORE INSERT ON interval
WHEN (
  SELECT start_at < NEW.end_at FROM interval
  WHERE target_id = NEW.target_id AND end_at > NEW.start_at
  ORDER BY end_at LIMIT 1
)
BEGIN SELECT RAISE(ABORT, 'intervals of a target must not overlap'); END;

-- A slot whose counts could not be trusted when it was settled: nothing is stored for it.
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

-- What is counted: answers with one status code, or requests by duration. A duration bucket holds
-- the requests that took at most upper_bound_milliseconds and longer than the next lower bound;
-- the last bound is infinite.
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
CREATE INDEX series_of_version ON series (version_id);
CREATE UNIQUE INDEX series_of_responses
  ON series (version_id, reporter, response_code, coalesce(grpc_status, ''))
  WHERE response_code IS NOT NULL;
CREATE UNIQUE INDEX series_of_durations
  ON series (version_id, reporter, upper_bound_milliseconds)
  WHERE upper_bound_milliseconds IS NOT NULL;

-- How often it was counted in an interval; zero counts have no row.
CREATE TABLE observation (
  interval_id INTEGER NOT NULL REFERENCES interval (id) ON DELETE CASCADE,
  series_id INTEGER NOT NULL REFERENCES series (id),
  count INTEGER NOT NULL CHECK (count > 0),
  PRIMARY KEY (interval_id, series_id)
) STRICT, WITHOUT ROWID;

-- A count of a settled interval that was found to be another when it was read again.
CREATE TABLE correction (
  id INTEGER PRIMARY KEY,
  interval_id INTEGER NOT NULL REFERENCES interval (id),
  series_id INTEGER NOT NULL REFERENCES series (id),
  count_before INTEGER NOT NULL CHECK (count_before >= 0),
  count_after INTEGER NOT NULL CHECK (count_after >= 0),
  collection_id INTEGER NOT NULL REFERENCES collection (id),  -- the run that found it
  CHECK (count_before <> count_after)
) STRICT;
CREATE INDEX correction_of_interval ON correction (interval_id);
CREATE TRIGGER correction_is_not_updated BEFORE UPDATE ON correction
BEGIN SELECT RAISE(ABORT, 'corrections are append-only'); END;
CREATE TRIGGER correction_is_not_deleted BEFORE DELETE ON correction
BEGIN SELECT RAISE(ABORT, 'corrections are append-only'); END;
-- INSERT OR REPLACE deletes without firing the trigger above.
CREATE TRIGGER correction_is_not_replaced BEFORE INSERT ON correction
WHEN EXISTS (SELECT 1 FROM correction WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'corrections are append-only'); END;

-- Whose counts are judged: the callers' proxies where they report, else the service's own. The two
-- count the same requests and are never added.
CREATE VIEW judged_reporter AS
SELECT target_id,
  CASE WHEN sum(reporter = 'source') > 0 THEN 'source' ELSE 'destination' END AS reporter
FROM series
JOIN version ON version.id = series.version_id
GROUP BY target_id;

-- The classes of responses that count as errors.
CREATE VIEW error_response AS
SELECT '5xx' AS response_class UNION ALL SELECT 'noResponse';

-- Requests by status code in each interval.
CREATE VIEW response AS
SELECT interval.target_id, interval.id AS interval_id, interval.start_at, interval.end_at,
  series.version_id, series.reporter, series.response_code, series.grpc_status,
  series.response_class,
  observation.count AS requests
FROM interval
JOIN observation ON observation.interval_id = interval.id
JOIN series ON series.id = observation.series_id AND series.response_code IS NOT NULL;

-- Requests by duration in each interval.
CREATE VIEW duration AS
SELECT interval.target_id, interval.id AS interval_id, interval.start_at, interval.end_at,
  series.version_id, series.reporter, series.upper_bound_milliseconds,
  observation.count AS requests
FROM interval
JOIN observation ON observation.interval_id = interval.id
JOIN series ON series.id = observation.series_id AND series.upper_bound_milliseconds IS NOT NULL;

-- For people with a shell: SELECT * FROM error_rate_by_interval.
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
