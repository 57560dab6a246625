-- Who moved the weights, what the gate said, by which policy, and who passed it by: a chain, each
-- entry of which names the one before it. docs/audit.md has its form byte for byte.

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
-- Not unique: INSERT OR REPLACE would delete the other row without firing a trigger.
CREATE INDEX ledger_entry_of_target ON ledger_entry (target_id, at);
CREATE INDEX ledger_entry_of_fact ON ledger_entry (kind, fact_id);

CREATE TRIGGER ledger_entry_is_not_updated BEFORE UPDATE ON ledger_entry
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_entry_is_not_deleted BEFORE DELETE ON ledger_entry
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_entry_is_next BEFORE INSERT ON ledger_entry
WHEN NEW.sequence IS NOT (SELECT coalesce(max(sequence), 0) + 1 FROM ledger_entry)
  OR NEW.predecessor IS NOT coalesce(
    (SELECT hash FROM ledger_entry ORDER BY sequence DESC LIMIT 1),
    '0000000000000000000000000000000000000000000000000000000000000000')
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

-- The override that let the rollout pass all the same; its verdict stays what the gate found.
ALTER TABLE decision ADD COLUMN override_entry INTEGER REFERENCES ledger_entry (sequence);

-- Who let which rollout pass the gate, why, and until when.
CREATE VIEW override AS
SELECT sequence AS ledger_entry, target_id, at,
  json_extract(content, '$.rollout_id') AS rollout_id,
  json_extract(content, '$.by') AS by,
  json_extract(content, '$.reason') AS reason,
  json_extract(content, '$.until') AS until
FROM ledger_entry WHERE kind = 'override';
