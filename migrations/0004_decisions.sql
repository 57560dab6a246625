-- What the gate said, and on what evidence.

-- A verdict about a rollout as of a moment. The evidence holds everything that it was made from.
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
CREATE INDEX decision_of_target ON decision (target_id, at);

CREATE TRIGGER decision_is_not_updated BEFORE UPDATE ON decision
BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;
CREATE TRIGGER decision_is_not_deleted BEFORE DELETE ON decision
BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;
-- INSERT OR REPLACE deletes without firing the trigger above.
CREATE TRIGGER decision_is_not_replaced BEFORE INSERT ON decision
WHEN EXISTS (SELECT 1 FROM decision WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;
