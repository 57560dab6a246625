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
