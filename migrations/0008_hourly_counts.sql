-- Sums of whole hours, so that a report on a month need not read every interval of it.

-- How often a series was counted in the intervals that ended in an hour (end_at - 1 h, end_at]. The
-- triggers below keep it: it never says anything else than the observations do.
CREATE TABLE hourly_count (
  target_id INTEGER NOT NULL REFERENCES target (id),
  end_at INTEGER NOT NULL CHECK (end_at % 3600000 = 0),
  series_id INTEGER NOT NULL REFERENCES series (id),
  count INTEGER NOT NULL CHECK (count >= 0),
  first_start_at INTEGER NOT NULL,  -- of the first interval that was ever counted in it
  last_end_at INTEGER NOT NULL,     -- of the last one
  PRIMARY KEY (target_id, end_at, series_id)
) STRICT, WITHOUT ROWID;

INSERT INTO hourly_count
SELECT target_id, (end_at + 3599999) / 3600000 * 3600000 AS hour, series_id, sum(count),
  min(start_at), max(end_at)
FROM interval JOIN observation ON observation.interval_id = interval.id
GROUP BY target_id, hour, series_id;

CREATE TRIGGER observation_is_summed AFTER INSERT ON observation
BEGIN
  INSERT INTO hourly_count
  SELECT target_id, (end_at + 3599999) / 3600000 * 3600000, NEW.series_id, NEW.count, start_at,
    end_at
  FROM interval WHERE id = NEW.interval_id
  ON CONFLICT DO UPDATE SET count = count + excluded.count,
    first_start_at = min(first_start_at, excluded.first_start_at),
    last_end_at = max(last_end_at, excluded.last_end_at);
END;
CREATE TRIGGER observation_is_subtracted AFTER DELETE ON observation
BEGIN
  UPDATE hourly_count SET count = count - OLD.count
  FROM interval
  WHERE interval.id = OLD.interval_id AND hourly_count.target_id = interval.target_id
    AND hourly_count.end_at = (interval.end_at + 3599999) / 3600000 * 3600000
    AND hourly_count.series_id = OLD.series_id;
END;
CREATE TRIGGER observation_is_summed_anew AFTER UPDATE ON observation
BEGIN
  UPDATE hourly_count SET count = count - OLD.count
  FROM interval
  WHERE interval.id = OLD.interval_id AND hourly_count.target_id = interval.target_id
    AND hourly_count.end_at = (interval.end_at + 3599999) / 3600000 * 3600000
    AND hourly_count.series_id = OLD.series_id;
  INSERT INTO hourly_count
  SELECT target_id, (end_at + 3599999) / 3600000 * 3600000, NEW.series_id, NEW.count, start_at,
    end_at
  FROM interval WHERE id = NEW.interval_id
  ON CONFLICT DO UPDATE SET count = count + excluded.count;
END;
-- Without it an interval would be gone before its observations, and with it the hour they belong to.
CREATE TRIGGER interval_goes_with_its_observations BEFORE DELETE ON interval
BEGIN
  DELETE FROM observation WHERE interval_id = OLD.id;
END;
