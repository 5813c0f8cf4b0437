-- What the readings mean: fill, emptyings, pothole sites, rounds.
-- depends: 0002_journey

CREATE TABLE bin_fill (
    bin_id text NOT NULL REFERENCES bin,
    observed_at timestamptz NOT NULL,
    fill_pct real,
    not_measurable text,
    PRIMARY KEY (bin_id, observed_at),
    CHECK (num_nonnulls(fill_pct, not_measurable) = 1)
);
COMMENT ON TABLE bin_fill IS 'Fill derived from each reading and the installation record of its time';
COMMENT ON COLUMN bin_fill.fill_pct IS 'Per cent, not clamped: steadily below -5 or above 110 means a wrong installation record';
COMMENT ON COLUMN bin_fill.not_measurable IS 'Why there is no figure: no_echo, too_close, tilted, blind_zone, out_of_range, sensor_fault, fire, hot, tampered';

CREATE TABLE emptying (
    bin_id text NOT NULL REFERENCES bin,
    emptied_at timestamptz NOT NULL,
    seen_by text NOT NULL CHECK (seen_by IN ('sensor', 'crew')),
    fill_before_pct real,
    fill_after_pct real,
    PRIMARY KEY (bin_id, emptied_at, seen_by)
);
COMMENT ON TABLE emptying IS 'Emptyings, as the sensor saw them and as the crew told them';

CREATE TABLE bin_status (
    bin_id text PRIMARY KEY REFERENCES bin,
    state text NOT NULL CHECK (state IN ('measured', 'not_measurable', 'silent', 'no_sensor')),
    reason text,
    fill_pct real,
    observed_at timestamptz,
    expected_fill_pct real,
    last_emptied_at timestamptz,
    rise_pct_per_h real,
    full_at timestamptz,
    full_at_early timestamptz,
    full_at_late timestamptz,
    overflow_24h real CHECK (overflow_24h BETWEEN 0 AND 1),
    battery_pct real,
    computed_at timestamptz NOT NULL
);
COMMENT ON TABLE bin_status IS 'Each bin as last understood';
COMMENT ON COLUMN bin_status.fill_pct IS 'Last measured fill, 0 to 100; null unless state is measured';
COMMENT ON COLUMN bin_status.reason IS 'Why it is not measurable: as in bin_fill, or stuck, or wrong_record (fills steadily outside the plausible)';
COMMENT ON COLUMN bin_status.observed_at IS 'The reading that the state rests on';
COMMENT ON COLUMN bin_status.expected_fill_pct IS 'What it is expected to hold at computed_at, 0 to 100, also where nothing is measured now: a forecast, never shown as a measurement';
COMMENT ON COLUMN bin_status.full_at IS 'When it is expected to be full; early and late bound 80 per cent';
COMMENT ON COLUMN bin_status.overflow_24h IS 'Probability that it is full within 24 hours of computed_at';

CREATE TABLE pothole_site (
    site_id text PRIMARY KEY,
    council text NOT NULL REFERENCES council,
    lat double precision NOT NULL,
    lon double precision NOT NULL,
    ward_code text REFERENCES ward,
    street text,
    reporters integer NOT NULL,
    bumps integer NOT NULL,
    days integer NOT NULL,
    severity_g real NOT NULL,
    likely text NOT NULL,
    near_ironwork text,
    first_hour timestamptz NOT NULL,
    last_hour timestamptz NOT NULL,
    published boolean NOT NULL,
    withheld_because text,
    computed_at timestamptz NOT NULL
);
COMMENT ON COLUMN pothole_site.likely IS 'pothole, ironwork, speed_bump: the likeliest explanation of the impacts';
COMMENT ON COLUMN pothole_site.published IS 'Shown to the public: at least three distinct reporters and not explained by ironwork';

CREATE TABLE round (
    round_id uuid PRIMARY KEY,
    council text NOT NULL REFERENCES council,
    service_date date NOT NULL,
    vehicle_id text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    planned_at timestamptz NOT NULL,
    planned_by text NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    drive_s integer NOT NULL,
    distance_m integer NOT NULL,
    settings jsonb NOT NULL,
    superseded_at timestamptz,
    FOREIGN KEY (council, vehicle_id) REFERENCES vehicle (council, vehicle_id)
);
COMMENT ON TABLE round IS 'A planned collection round of one vehicle on one day; a new plan supersedes the old one';
CREATE INDEX round_of_day ON round (council, service_date);

CREATE TABLE round_stop (
    stop_id uuid PRIMARY KEY,
    round_id uuid NOT NULL REFERENCES round,
    position integer NOT NULL,
    kind text NOT NULL CHECK (kind IN ('start', 'bin', 'tip', 'end')),
    bin_id text REFERENCES bin,
    base_id text,
    name text NOT NULL,
    lat double precision NOT NULL,
    lon double precision NOT NULL,
    eta timestamptz NOT NULL,
    leg_s integer NOT NULL,
    leg_m integer NOT NULL,
    leg_line jsonb NOT NULL DEFAULT '[]',
    leg_streets text[] NOT NULL DEFAULT '{}',
    service_s integer NOT NULL DEFAULT 0,
    window_from timestamptz,
    window_until timestamptz,
    expected_load_l real,
    why text NOT NULL,
    why_detail jsonb NOT NULL DEFAULT '{}',
    UNIQUE (round_id, position)
);
COMMENT ON COLUMN round_stop.leg_line IS 'The way from the stop before, as [[longitude, latitude], …]';
COMMENT ON COLUMN round_stop.service_s IS 'Seconds of work planned at the stop, from eta or the begin of the window on';
COMMENT ON COLUMN round_stop.why IS 'Why it is on the round: likely_full, on_the_way, scheduled_silent, scheduled_not_measurable, scheduled_no_sensor, scheduled_no_forecast; bases: start, tip, end';
COMMENT ON COLUMN round_stop.why_detail IS 'The figures behind why: fill_pct, fill_at, full_at, overflow (probability), last_emptied_at';

CREATE TABLE round_left_out (
    round_id uuid NOT NULL REFERENCES round,
    bin_id text NOT NULL REFERENCES bin,
    why text NOT NULL,
    why_detail jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (round_id, bin_id)
);
COMMENT ON TABLE round_left_out IS 'Bins looked at and on none of the day''s rounds, with the reason: not_worth_it, recently_emptied, not_due, no_time, outside_hours, unreachable; kept with the first round of the plan';

CREATE TABLE stop_event (
    event_id uuid PRIMARY KEY,
    stop_id uuid NOT NULL REFERENCES round_stop,
    at timestamptz NOT NULL,
    event text NOT NULL CHECK (event IN ('emptied', 'not_full', 'overflowing', 'cannot_reach', 'undo')),
    observed_fill smallint CHECK (observed_fill IN (0, 25, 50, 75, 100)),
    note text CHECK (length(note) <= 500),
    received_at timestamptz NOT NULL,
    told_by text NOT NULL
);
COMMENT ON TABLE stop_event IS 'What crews told of a stop; the identity is made on the phone, so sending again changes nothing';
CREATE INDEX stop_event_of_stop ON stop_event (stop_id, at);
