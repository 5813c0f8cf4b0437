-- Bins that are not measured: what their history says of them, by their sensor's past or by what collections found.
-- depends: 0510_savings

ALTER TABLE bin_habit ADD COLUMN left_pct real NOT NULL DEFAULT 0;
COMMENT ON COLUMN bin_habit.left_pct IS 'Per cent of fill that an emptying usually leaves by the sensor''s word; 0 where none was seen';
COMMENT ON COLUMN bin_habit.emptied_every_h IS 'Mean hours between emptyings: hours heard for each one seen; null: none was seen';

ALTER TABLE bin_status
    ADD COLUMN expected_low_pct real,
    ADD COLUMN expected_high_pct real,
    ADD COLUMN full_by real[],
    ADD COLUMN rests_on text CHECK (rests_on IN ('readings', 'collections', 'others'));
COMMENT ON COLUMN bin_status.expected_low_pct IS 'Per cent of fill, 0 to 100: low to high holds what it has at computed_at four times in five';
COMMENT ON COLUMN bin_status.expected_high_pct IS 'Per cent of fill, 0 to 100';
COMMENT ON COLUMN bin_status.full_by IS 'Probabilities that it is full by 0, 12, 24 … 96 hours after computed_at if nobody empties it';
COMMENT ON COLUMN bin_status.rests_on IS 'What the forecast rests on: readings of its sensor, of now or before it fell silent; what collections found; or how the council''s others fill since it was emptied. Null: there is no forecast';

CREATE TABLE collection_trees (
    council text PRIMARY KEY REFERENCES council,
    grown_at timestamptz NOT NULL,
    trees bytea,
    full_share real,
    widened_pct real,
    error_pct real,
    usual_error_pct real,
    CHECK (num_nulls(trees, full_share, widened_pct, error_pct, usual_error_pct) IN (0, 5))
);
COMMENT ON TABLE collection_trees IS 'Trees that forecast how full a council''s collections will find bins, grown once a week';
COMMENT ON COLUMN collection_trees.trees IS 'The models, as streets.bins.kept_trees writes them; null: too few collections, or those of like waits came closer';
COMMENT ON COLUMN collection_trees.full_share IS 'Share of the collections learned from that found their bin full, 0 to 1';
COMMENT ON COLUMN collection_trees.widened_pct IS 'Points by which their interval goes out on each side';
COMMENT ON COLUMN collection_trees.error_pct IS 'Mean absolute error in points on collections that were not learned from';
COMMENT ON COLUMN collection_trees.usual_error_pct IS 'The same of what the bin was found at after like waits';

CREATE TABLE bin_finding (
    bin_id text PRIMARY KEY REFERENCES bin,
    told_at timestamptz NOT NULL,
    low_pct real NOT NULL,
    middle_pct real NOT NULL,
    high_pct real NOT NULL,
    ahead_h real[] NOT NULL,
    full_by real[] NOT NULL,
    CHECK (low_pct <= middle_pct AND middle_pct <= high_pct),
    CHECK (cardinality(ahead_h) = cardinality(full_by))
);
COMMENT ON TABLE bin_finding IS 'What a collection would find in each bin that was ever collected with its fill told, as last reckoned';
COMMENT ON COLUMN bin_finding.low_pct IS 'Per cent of fill at told_at, 0 to 100; low to high holds 80 per cent';
COMMENT ON COLUMN bin_finding.middle_pct IS 'Per cent of fill at told_at: as likely more as less';
COMMENT ON COLUMN bin_finding.high_pct IS 'Per cent of fill at told_at';
COMMENT ON COLUMN bin_finding.ahead_h IS 'Hours after told_at, ascending from 0';
COMMENT ON COLUMN bin_finding.full_by IS 'Probability that it is full by then if nobody empties it, of each ahead_h; it never falls';

GRANT SELECT, INSERT, UPDATE, DELETE ON collection_trees, bin_finding TO streets_jobs;
