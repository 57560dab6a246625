-- What decisions rest on: when the gate was asked, which runs may be forgotten, and of which counts a
-- calibration was made.

-- When the gate was asked, beside the moment that its answer speaks about.

-- Later than at where somebody asked about the past; NULL in rows from before this was recorded.
ALTER TABLE decision ADD COLUMN decided_at INTEGER;

-- Who let which rollout pass the gate, why, until when, and when that was recorded; decided_at is
-- NULL in entries from before.
DROP VIEW override;
CREATE VIEW override AS
SELECT sequence AS ledger_entry, target_id, at,
  json_extract(content, '$.rollout_id') AS rollout_id,
  json_extract(content, '$.by') AS by,
  json_extract(content, '$.reason') AS reason,
  json_extract(content, '$.until') AS until,
  json_extract(content, '$.decided_at') AS decided_at
FROM ledger_entry WHERE kind = 'override';

-- Runs of the collector that tell nothing more may go when they are old.

-- A weight state keeps its first and its last reading, between which it was in force, and the ledger
-- every reading that it records. What refers to a run keeps it.
DROP TRIGGER collection_is_not_deleted;
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

-- The gate goes by what a run found wrong with the source of the counts: that goes only with its run.
CREATE TRIGGER source_finding_is_not_updated BEFORE UPDATE ON source_finding
BEGIN SELECT RAISE(ABORT, 'source findings are append-only'); END;
CREATE TRIGGER source_finding_is_not_deleted BEFORE DELETE ON source_finding
WHEN EXISTS (SELECT 1 FROM collection WHERE id = OLD.collection_id)
BEGIN SELECT RAISE(ABORT, 'source findings are append-only'); END;
-- INSERT OR REPLACE deletes without firing the trigger above.
CREATE TRIGGER source_finding_is_not_replaced BEFORE INSERT ON source_finding
WHEN EXISTS (
  SELECT 1 FROM source_finding
  WHERE collection_id = NEW.collection_id AND kind = NEW.kind AND description = NEW.description
)
BEGIN SELECT RAISE(ABORT, 'source findings are append-only'); END;

-- Which counts a calibration was made of: of other ones it says nothing.

ALTER TABLE calibration ADD COLUMN reporter TEXT      -- NULL: made before it was stored
  CHECK (reporter IN ('source', 'destination'));
ALTER TABLE calibration ADD COLUMN error_responses TEXT  -- NULL: likewise
  CHECK (error_responses IS NULL OR json_valid(error_responses));
