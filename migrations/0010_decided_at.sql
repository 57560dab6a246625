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
