-- Which counts a calibration was made of: of other ones it says nothing.

ALTER TABLE calibration ADD COLUMN reporter TEXT      -- NULL: made before it was stored
  CHECK (reporter IN ('source', 'destination'));
ALTER TABLE calibration ADD COLUMN error_responses TEXT  -- NULL: likewise
  CHECK (error_responses IS NULL OR json_valid(error_responses));
