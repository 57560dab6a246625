-- What decisions were made from, enough to make them again.

-- A part of the evidence of decisions: JSON in UTF-8, compressed by zlib (RFC 1950). The evidence of
-- a decision names its parts in order ('$.parts'): one about the rollout, then one for each clock
-- hour of counts. An hour that is over is the same for every later decision and stands here once.
CREATE TABLE evidence_part (
  hash TEXT PRIMARY KEY              -- SHA-256 of the JSON, in hexadecimal
    CHECK (length(hash) = 64 AND hash NOT GLOB '*[^0-9a-f]*'),
  content BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER evidence_part_is_not_updated BEFORE UPDATE ON evidence_part
BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END;
CREATE TRIGGER evidence_part_is_not_deleted BEFORE DELETE ON evidence_part
BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END;
-- INSERT OR REPLACE deletes without firing the trigger above.
CREATE TRIGGER evidence_part_is_not_replaced BEFORE INSERT ON evidence_part
WHEN EXISTS (SELECT 1 FROM evidence_part WHERE hash = NEW.hash)
BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END;
