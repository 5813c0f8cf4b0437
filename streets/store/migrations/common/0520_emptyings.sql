-- Emptyings are what sensors showed and crews told, put together; what either said alone is kept beside them.
-- depends: 0510_savings

CREATE TABLE bin_fall (
    bin_id text NOT NULL REFERENCES bin,
    fell_at timestamptz NOT NULL,
    within_s real NOT NULL,
    fill_before_pct real NOT NULL,
    fill_after_pct real NOT NULL,
    PRIMARY KEY (bin_id, fell_at)
);
COMMENT ON TABLE bin_fall IS 'Falls of the level that a bin''s sensor showed and that pass for emptyings; what crews told is in stop_event';
COMMENT ON COLUMN bin_fall.fell_at IS 'The middle between the two readings that the fall lies between';
COMMENT ON COLUMN bin_fall.within_s IS 'Seconds from fell_at to either of the two';
COMMENT ON COLUMN bin_fall.fill_before_pct IS 'Per cent, not clamped';
COMMENT ON COLUMN bin_fall.fill_after_pct IS 'Per cent, not clamped';

CREATE TABLE disagreement (
    bin_id text NOT NULL REFERENCES bin,
    at timestamptz NOT NULL,
    what text NOT NULL CHECK (what IN ('no_fall', 'left_over', 'fill_apart', 'fell_though_left', 'full_though_left')),
    told text NOT NULL,
    told_fill_pct smallint,
    fill_before_pct real,
    fill_after_pct real,
    PRIMARY KEY (bin_id, at, what)
);
COMMENT ON TABLE disagreement IS 'Where what a crew told at a bin and what its sensor showed differ';
COMMENT ON COLUMN disagreement.at IS 'When the crew told it, by its phone';
COMMENT ON COLUMN disagreement.what IS 'no_fall: told emptied, and the level stayed (not counted as an emptying); left_over: emptied, a quarter or more was left; fill_apart: the fills told and measured; fell_though_left: left as it was, and emptied all the same; full_though_left: told not full, measured full';
COMMENT ON COLUMN disagreement.told IS 'As stop_event.event';
COMMENT ON COLUMN disagreement.told_fill_pct IS 'Per cent, in quarters, as the crew told it';
COMMENT ON COLUMN disagreement.fill_before_pct IS 'Per cent as measured before it; null: not measured';
COMMENT ON COLUMN disagreement.fill_after_pct IS 'Per cent as measured after it; null: not measured';
CREATE INDEX disagreement_at ON disagreement (at);

ALTER TABLE emptying ADD COLUMN within_s real, ADD COLUMN told_fill_pct smallint;
ALTER TABLE emptying DROP CONSTRAINT emptying_seen_by_check;
ALTER TABLE emptying ADD CONSTRAINT emptying_seen_by_check CHECK (seen_by IN ('sensor', 'crew', 'both'));
COMMENT ON TABLE emptying IS 'Emptyings: falls that sensors showed (bin_fall) and words of crews (stop_event) put together';
COMMENT ON COLUMN emptying.seen_by IS 'sensor, crew, or both';
COMMENT ON COLUMN emptying.within_s IS 'Seconds that emptied_at may be off either way; null: nothing bounds it';
COMMENT ON COLUMN emptying.told_fill_pct IS 'Per cent before it, in quarters, as the crew told it; null: it told none';
COMMENT ON COLUMN emptying.fill_before_pct IS 'Per cent as measured, not clamped; of the crew alone as told';
COMMENT ON COLUMN emptying.fill_after_pct IS 'Per cent as measured, not clamped';

-- What was kept until now: how near the readings beside a fall were was not, and two hours is the usual rhythm. A word within
-- three hours of a fall is taken for the same emptying, the finer rules hold from the next reading or word on.
INSERT INTO bin_fall (bin_id, fell_at, within_s, fill_before_pct, fill_after_pct)
SELECT bin_id, emptied_at, 3600, fill_before_pct, fill_after_pct
FROM emptying
WHERE seen_by = 'sensor' AND fill_before_pct IS NOT NULL AND fill_after_pct IS NOT NULL;

UPDATE emptying SET told_fill_pct = fill_before_pct WHERE seen_by = 'crew';
WITH told AS (
    SELECT DISTINCT ON (crew.bin_id, crew.emptied_at)
        crew.bin_id, crew.emptied_at AS told_at, crew.told_fill_pct, sensor.emptied_at
    FROM emptying AS crew
    JOIN emptying AS sensor
        ON sensor.bin_id = crew.bin_id AND sensor.seen_by = 'sensor'
        AND sensor.emptied_at BETWEEN crew.emptied_at - INTERVAL '3 hours' AND crew.emptied_at + INTERVAL '3 hours'
    WHERE crew.seen_by = 'crew'
    ORDER BY crew.bin_id, crew.emptied_at, abs(extract(epoch FROM sensor.emptied_at - crew.emptied_at))
), gone AS (
    DELETE FROM emptying USING told
    WHERE emptying.seen_by = 'crew' AND emptying.bin_id = told.bin_id AND emptying.emptied_at = told.told_at
)
UPDATE emptying SET seen_by = 'both', told_fill_pct = told.told_fill_pct
FROM told
WHERE emptying.seen_by = 'sensor' AND emptying.bin_id = told.bin_id AND emptying.emptied_at = told.emptied_at;

-- From now on words of crews alone are published as well; those of before are no news.
INSERT INTO published_emptying (bin_id, emptied_at, fill_before_pct, published_at)
SELECT emptying.bin_id, emptying.emptied_at, emptying.fill_before_pct, progress.until
FROM emptying
JOIN progress ON progress.what = 'emptyings_published' AND emptying.emptied_at < progress.until
WHERE emptying.seen_by = 'crew'
ON CONFLICT DO NOTHING;
COMMENT ON TABLE published_emptying IS 'The emptyings as the public is told them: first when the readings of two days after them are in, then as revised';

-- A crew's word is put together with the sensor's at once, and what it changes of the published is marked.
GRANT INSERT, DELETE ON disagreement, published_emptying TO streets_api;
GRANT INSERT ON revised_emptying TO streets_api;
