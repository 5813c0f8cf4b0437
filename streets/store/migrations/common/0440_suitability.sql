-- Does a sensor suit its bin: reports on each fortnight, officers' overrides, and records that are learned anew and offered.
-- depends: 0352_why

CREATE TABLE suitability_report (
    installation_id integer NOT NULL REFERENCES installation,
    ends_at timestamptz NOT NULL,
    written_at timestamptz NOT NULL,
    verdict text NOT NULL CHECK (verdict IN ('suits', 'suits_with_care', 'does_not_suit', 'not_known_yet')),
    failed text[] NOT NULL,
    cares text[] NOT NULL,
    trusted boolean NOT NULL,
    vote boolean NOT NULL,
    readings integer NOT NULL,
    measured integer NOT NULL,
    invalid_share real,
    near_share real,
    tilted_share real,
    outside_share real,
    jitter_mm real,
    jitter_pct real,
    stray_share real,
    stray_up_share real,
    jumps_up integer NOT NULL,
    steps integer NOT NULL,
    wander_pct_a_day real,
    same_share real,
    days smallint NOT NULL,
    days_heard smallint NOT NULL,
    days_between smallint NOT NULL,
    days_thin smallint NOT NULL,
    frames_sent bigint,
    loss_share real,
    longest_silence_s real NOT NULL,
    battery_pct real,
    battery_lost_pct real,
    fills_checked integer NOT NULL,
    fills_wrong integer NOT NULL,
    emptyings_checked integer NOT NULL,
    emptyings_wrong integer NOT NULL,
    left_checked integer NOT NULL,
    left_wrong integer NOT NULL,
    PRIMARY KEY (installation_id, ends_at)
);
COMMENT ON TABLE suitability_report IS 'Whether a sensor suits its bin: one row an installation version and fortnight, a week apart; never changed afterwards';
COMMENT ON COLUMN suitability_report.ends_at IS 'End of the fourteen days looked at: 14, 21, 28 … days after the installation version began';
COMMENT ON COLUMN suitability_report.written_at IS 'When it was judged, by what was known then';
COMMENT ON COLUMN suitability_report.failed IS 'Figures beyond the mark that takes the vote; of not_known_yet: what is lacking (too_few_days, too_few_readings)';
COMMENT ON COLUMN suitability_report.cares IS 'Figures beyond the mark that asks for care';
COMMENT ON COLUMN suitability_report.trusted IS 'Whether it had the vote before; false: it had to pass stricter marks';
COMMENT ON COLUMN suitability_report.vote IS 'Whether its word counts from then on; false: the bin goes by its schedule';
COMMENT ON COLUMN suitability_report.readings IS 'Readings that spoke of the level, alarms left out';
COMMENT ON COLUMN suitability_report.measured IS 'Readings among them that told a fill';
COMMENT ON COLUMN suitability_report.invalid_share IS 'Share 0 to 1 of readings without a valid echo: no_echo, out_of_range, sensor_fault';
COMMENT ON COLUMN suitability_report.near_share IS 'Share 0 to 1 of readings too_close or in the blind_zone';
COMMENT ON COLUMN suitability_report.tilted_share IS 'Share 0 to 1 of readings with the sensor tilted';
COMMENT ON COLUMN suitability_report.outside_share IS 'Share 0 to 1 of fills outside the plausible, -20 to 130 per cent';
COMMENT ON COLUMN suitability_report.jitter_mm IS 'Standard deviation of one reading in millimetres, where nothing is going on';
COMMENT ON COLUMN suitability_report.jitter_pct IS 'The same in points of fill';
COMMENT ON COLUMN suitability_report.stray_share IS 'Share 0 to 1 of fills more than 12.5 points from the median of themselves and their neighbours';
COMMENT ON COLUMN suitability_report.stray_up_share IS 'Share 0 to 1 of fills that seem so much fuller';
COMMENT ON COLUMN suitability_report.jumps_up IS 'Rises by more than 35 points from one fill to the next';
COMMENT ON COLUMN suitability_report.steps IS 'Pairs of neighbouring fills';
COMMENT ON COLUMN suitability_report.wander_pct_a_day IS 'Points a day by which the smoothed fill falls without an emptying';
COMMENT ON COLUMN suitability_report.same_share IS 'Share 0 to 1 of fills in stretches of three days and more of the very same value';
COMMENT ON COLUMN suitability_report.days_heard IS 'Of the days looked at, those with a word';
COMMENT ON COLUMN suitability_report.days_between IS 'Days from the first word to the last';
COMMENT ON COLUMN suitability_report.days_thin IS 'Of these, days with fewer than four readings (half of those due, where that is less)';
COMMENT ON COLUMN suitability_report.frames_sent IS 'Frames sent by the device''s own counter; null: no counter tells';
COMMENT ON COLUMN suitability_report.loss_share IS 'Share 0 to 1 of them that never came';
COMMENT ON COLUMN suitability_report.longest_silence_s IS 'Longest time without a word, in seconds';
COMMENT ON COLUMN suitability_report.battery_pct IS 'Battery at the end, in per cent; null: the device does not tell';
COMMENT ON COLUMN suitability_report.battery_lost_pct IS 'Points that the battery lost in the fourteen days';
COMMENT ON COLUMN suitability_report.fills_checked IS 'Fills told by crews beside a measured one';
COMMENT ON COLUMN suitability_report.fills_wrong IS 'Of these, more than a quarter apart';
COMMENT ON COLUMN suitability_report.emptyings_checked IS 'Emptyings told by crews, of bins half full and more, with readings on both sides';
COMMENT ON COLUMN suitability_report.emptyings_wrong IS 'Of these, without a fall of the measured fill';
COMMENT ON COLUMN suitability_report.left_checked IS 'Visits at which the crew left what was in the bin';
COMMENT ON COLUMN suitability_report.left_wrong IS 'Of these, with an emptying seen by the sensor';

CREATE TABLE suitability_override (
    override_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    installation_id integer NOT NULL REFERENCES installation,
    vote boolean NOT NULL,
    reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    told_by text NOT NULL,
    told_at timestamptz NOT NULL,
    until timestamptz NOT NULL CHECK (until > told_at),
    ended_at timestamptz,
    ended_by text,
    CHECK (num_nulls(ended_at, ended_by) <> 1)
);
COMMENT ON TABLE suitability_override IS 'Officers'' word on whether a sensor''s readings count, above the report''s; it ends with the installation version';
COMMENT ON COLUMN suitability_override.vote IS 'true: its word counts; false: the bin goes by its schedule';
COMMENT ON COLUMN suitability_override.until IS 'When it ends by itself';
COMMENT ON COLUMN suitability_override.ended_at IS 'When an officer ended it early, or gave another; null: nobody did';
CREATE INDEX suitability_override_of ON suitability_override (installation_id, told_at DESC);

CREATE TABLE suitability_offer (
    offer_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    installation_id integer NOT NULL REFERENCES installation,
    what text NOT NULL CHECK (what IN ('empty_mm', 'full_mm')),
    present_mm integer NOT NULL,
    learned_mm integer NOT NULL,
    n integer NOT NULL,
    used integer NOT NULL,
    spread_mm real NOT NULL,
    seen_at timestamptz[] NOT NULL,
    seen_mm real[] NOT NULL,
    learned_at timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'accepted', 'refused', 'withdrawn')),
    decided_at timestamptz,
    decided_by text,
    applies_from timestamptz,
    CHECK ((state = 'open') = (decided_at IS NULL)),
    CHECK ((state = 'accepted') = (applies_from IS NOT NULL)),
    CHECK (cardinality(seen_at) = cardinality(seen_mm))
);
COMMENT ON TABLE suitability_offer IS 'What the installation record should say by the sensor''s own readings: offered to an officer, never applied by itself';
COMMENT ON COLUMN suitability_offer.present_mm IS 'What the record says, in millimetres';
COMMENT ON COLUMN suitability_offer.learned_mm IS 'What was learned, in millimetres';
COMMENT ON COLUMN suitability_offer.n IS 'Emptyings, or visits to a full bin, that it was learned from';
COMMENT ON COLUMN suitability_offer.used IS 'Of these, those whose median it is: of emptyings the farther half';
COMMENT ON COLUMN suitability_offer.spread_mm IS 'Half of the middle half of those used, in millimetres';
COMMENT ON COLUMN suitability_offer.seen_at IS 'When: emptyings, or visits to a full bin';
COMMENT ON COLUMN suitability_offer.seen_mm IS 'What the sensor read then, in millimetres';
COMMENT ON COLUMN suitability_offer.decided_by IS 'The officer; null where it was withdrawn because the readings or the record changed';
COMMENT ON COLUMN suitability_offer.applies_from IS 'From when on the record says so';
CREATE UNIQUE INDEX suitability_offer_open ON suitability_offer (installation_id, what) WHERE state = 'open';
CREATE INDEX suitability_offer_of ON suitability_offer (installation_id);

-- Crews' words about one bin are looked for among those of all rounds.
CREATE INDEX round_stop_of_bin ON round_stop (bin_id) WHERE bin_id IS NOT NULL;

CREATE FUNCTION installation_votes(asked_id integer, asked_at timestamptz) RETURNS boolean
LANGUAGE sql STABLE AS $$
SELECT coalesce(
    (
        SELECT vote FROM suitability_override
        WHERE installation_id = asked_id AND told_at <= asked_at AND until > asked_at AND (ended_at IS NULL OR ended_at > asked_at)
        ORDER BY told_at DESC, override_id DESC
        LIMIT 1
    ),
    (
        SELECT vote FROM suitability_report
        WHERE installation_id = asked_id AND ends_at <= asked_at
        ORDER BY ends_at DESC
        LIMIT 1
    ),
    true
)
$$;
COMMENT ON FUNCTION installation_votes IS 'Whether a sensor''s word counts at a time: an officer''s word, else the last report''s, else yes (a new installation is on probation)';

CREATE FUNCTION bin_votes(asked_id text, asked_at timestamptz) RETURNS boolean
LANGUAGE sql STABLE AS $$
SELECT coalesce(
    (
        SELECT installation_votes(installation_id, asked_at) FROM installation
        WHERE bin_id = asked_id AND valid_from <= asked_at AND (valid_to IS NULL OR valid_to > asked_at)
        ORDER BY valid_from DESC
        LIMIT 1
    ),
    true
)
$$;
COMMENT ON FUNCTION bin_votes IS 'Whether the word of the sensor that hangs in a bin at a time counts; yes where none does';

COMMENT ON COLUMN bin_status.reason IS 'Why it is not measurable: as in bin_fill, or stuck, or wrong_record (fills steadily outside the plausible), or unsuitable (the sensor''s word does not count: suitability_report, suitability_override)';
COMMENT ON COLUMN round_stop.why IS 'Why it is on the round: likely_full, on_the_way, scheduled_silent, scheduled_not_measurable, scheduled_unsuitable, scheduled_no_sensor, scheduled_no_forecast; bases: start, tip, end';

-- Officers override and decide on their pages, which act as the API.
GRANT INSERT ON suitability_override TO streets_api;
GRANT UPDATE (ended_at, ended_by) ON suitability_override TO streets_api;
GRANT UPDATE (state, decided_at, decided_by, applies_from) ON suitability_offer TO streets_api;
