-- What a council's trees have learned of how bins rise, and what they last said of each bin.
-- depends: 0352_why

CREATE TABLE bin_trees (
    council text NOT NULL REFERENCES council,
    ahead_h smallint NOT NULL CHECK (ahead_h > 0),
    grown_at timestamptz NOT NULL,
    trees bytea,
    widened_pct real,
    error_pct real,
    slope_error_pct real,
    PRIMARY KEY (council, ahead_h),
    CHECK (num_nulls(trees, widened_pct, error_pct, slope_error_pct) IN (0, 4))
);
COMMENT ON TABLE bin_trees IS 'Trees that forecast how far a council''s bins will have risen after some hours, grown once a week';
COMMENT ON COLUMN bin_trees.ahead_h IS 'Hours';
COMMENT ON COLUMN bin_trees.trees IS 'The models, as streets.bins.kept_trees writes them; null: too little to learn from, or the slope alone came closer';
COMMENT ON COLUMN bin_trees.widened_pct IS 'Points by which their interval goes out on each side';
COMMENT ON COLUMN bin_trees.error_pct IS 'Mean absolute error in points on days that were not learned from';
COMMENT ON COLUMN bin_trees.slope_error_pct IS 'The same of the slope rule';

CREATE TABLE bin_rise (
    bin_id text NOT NULL REFERENCES bin,
    ahead_h smallint NOT NULL,
    told_at timestamptz NOT NULL,
    low_pct real NOT NULL,
    middle_pct real NOT NULL,
    high_pct real NOT NULL,
    PRIMARY KEY (bin_id, ahead_h),
    CHECK (low_pct <= middle_pct AND middle_pct <= high_pct)
);
COMMENT ON TABLE bin_rise IS 'How far each bin will have risen, if it is not emptied, as the trees last said';
COMMENT ON COLUMN bin_rise.ahead_h IS 'Hours after told_at';
COMMENT ON COLUMN bin_rise.low_pct IS 'Points of fill; low to high holds 80 per cent';
COMMENT ON COLUMN bin_rise.middle_pct IS 'Points of fill: as likely more as less';
COMMENT ON COLUMN bin_rise.high_pct IS 'Points of fill';

GRANT SELECT, INSERT, UPDATE, DELETE ON bin_trees, bin_rise TO streets_jobs;
