-- What checks of the user's own could not count.

-- Slots for which the answers to a check's queries could not be trusted when they settled, and why.
-- The check counts nothing there; what else is counted stands.
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
