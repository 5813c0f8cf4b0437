-- What arrived: raw uplinks, readings, rejects, and the ledger that balances them.
-- depends: 0001_assets

CREATE TABLE uplink (
    frame_key uuid PRIMARY KEY,
    received_at timestamptz NOT NULL,
    observed_at timestamptz NOT NULL,
    time_source text NOT NULL CHECK (time_source IN ('device', 'network', 'gateway', 'received')),
    source text NOT NULL,
    kind text NOT NULL,
    device_id integer REFERENCES device,
    device text NOT NULL,
    session text NOT NULL,
    f_cnt bigint NOT NULL,
    f_port smallint,
    payload bytea NOT NULL,
    readings smallint NOT NULL,
    note text
);
COMMENT ON TABLE uplink IS 'Every frame as received, once; kept for STREETS_RAW_RETENTION_DAYS so that a corrected codec can decode it again';
COMMENT ON COLUMN uplink.frame_key IS 'Identity of a frame: a hash of network, device, session, frame counter, kind and payload (for direct devices also the device''s time)';
COMMENT ON COLUMN uplink.source IS 'tts, chirpstack, loriot, direct, phone: who speaks, not by which way it came';
COMMENT ON COLUMN uplink.device IS 'As in device; phones are only council/phone here, so that the frames of one phone do not join up to a route';
COMMENT ON COLUMN uplink.received_at IS 'Phones: the hour of receipt, for the same reason';
COMMENT ON COLUMN uplink.kind IS 'up, join, status, log, ack, location, bump, coverage …';
COMMENT ON COLUMN uplink.note IS 'What of the frame was refused, or flagged: counter_conflict, counter_reset';
CREATE INDEX uplink_received ON uplink (received_at);
CREATE INDEX uplink_counter ON uplink (device, session, f_cnt);

CREATE TABLE level_reading (
    device_id integer NOT NULL,
    observed_at timestamptz NOT NULL,
    content integer NOT NULL,
    received_at timestamptz NOT NULL,
    time_source text NOT NULL,
    distance_mm integer,
    cannot_measure text,
    tilted boolean,
    tilt_deg real,
    temperature_c real,
    battery_pct real,
    battery_mv integer,
    signal real,
    alarms text[],
    PRIMARY KEY (device_id, observed_at, content)
);
COMMENT ON TABLE level_reading IS 'What distance sensors said';
COMMENT ON COLUMN level_reading.content IS 'CRC-32 of what was said: the same words of the same moment are one reading, other words are kept beside it';

CREATE TABLE count_reading (
    device_id integer NOT NULL,
    period_start timestamptz NOT NULL,
    line smallint NOT NULL,
    content integer NOT NULL,
    observed_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    time_source text NOT NULL,
    period_s integer,
    people_in integer,
    people_out integer,
    total_in bigint,
    total_out bigint,
    total_bits smallint,
    fault text,
    temperature_c real,
    battery_pct real,
    battery_mv integer,
    alarms text[],
    PRIMARY KEY (device_id, period_start, line, content)
);
COMMENT ON TABLE count_reading IS 'What people counters said';
COMMENT ON COLUMN count_reading.content IS 'CRC-32 of the counts: the same counts of the same period are one reading, told live and again from the device''s memory';
COMMENT ON COLUMN count_reading.period_start IS 'Start of the counted interval: observed_at less period_s; frames without a period count: observed_at';
COMMENT ON COLUMN count_reading.people_in IS 'People in the period; null: the frame held no period count';

CREATE TABLE bump (
    bump_key uuid PRIMARY KEY,
    council text NOT NULL REFERENCES council,
    reporter text NOT NULL,
    lat double precision NOT NULL,
    lon double precision NOT NULL,
    hour_start timestamptz NOT NULL,
    severity_g real NOT NULL,
    heading_octant smallint CHECK (heading_octant BETWEEN 0 AND 7),
    speed_band text,
    quality real,
    received_at timestamptz NOT NULL
);
COMMENT ON TABLE bump IS 'Single impacts felt by phones; deleted after STREETS_BUMP_RETENTION_DAYS, sites are kept';
COMMENT ON COLUMN bump.received_at IS 'The hour of receipt: nothing finer than the hour is kept of a phone';
COMMENT ON COLUMN bump.reporter IS 'A token that rotates; used only to count distinct reporters';
CREATE INDEX bump_received ON bump (received_at);
CREATE INDEX bump_of_council ON bump (council, hour_start);

CREATE TABLE coverage (
    coverage_key uuid PRIMARY KEY,
    council text NOT NULL REFERENCES council,
    reporter text NOT NULL,
    street text NOT NULL,
    week_start timestamptz NOT NULL,
    passes integer NOT NULL CHECK (passes > 0),
    received_at timestamptz NOT NULL
);
COMMENT ON TABLE coverage IS 'How often streets were driven, as counts; never a route';

CREATE TABLE reject (
    reject_key uuid PRIMARY KEY,
    source text NOT NULL,
    topic text NOT NULL,
    device text,
    council text,
    reason text NOT NULL,
    detail text NOT NULL,
    session text,
    f_cnt bigint,
    partial boolean NOT NULL,
    raw bytea NOT NULL,
    raw_bytes integer NOT NULL,
    first_seen timestamptz NOT NULL,
    last_seen timestamptz NOT NULL,
    times integer NOT NULL DEFAULT 1,
    replayed_at timestamptz,
    replay_outcome text
);
COMMENT ON TABLE reject IS 'What could not be understood, with the reason and the message as it came';
COMMENT ON COLUMN reject.reject_key IS 'Hash of topic, message and the uplink''s place in it: the same message again counts up `times`';
COMMENT ON COLUMN reject.f_cnt IS 'Frame counter, and session, where the envelope could be read: a refused frame was not lost on the way';
COMMENT ON COLUMN reject.partial IS 'Only some readings of the message were refused: the rest is stored, and the ledger counts it as stored';
COMMENT ON COLUMN reject.raw IS 'The message as received, its first 65,536 bytes';
COMMENT ON COLUMN reject.raw_bytes IS 'Length of the whole message in bytes';
CREATE INDEX reject_last_seen ON reject (last_seen DESC);

CREATE TABLE ledger (
    day date NOT NULL,
    source text NOT NULL,
    device text NOT NULL,
    received bigint NOT NULL DEFAULT 0,
    stored bigint NOT NULL DEFAULT 0,
    duplicate bigint NOT NULL DEFAULT 0,
    rejected bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (day, source, device)
);
COMMENT ON TABLE ledger IS 'Messages per UTC day of receipt: received = stored + duplicate + rejected';
COMMENT ON COLUMN ledger.device IS 'Empty where the message did not say; phones are counted together as council/phone';

CREATE TABLE touched (
    device_id integer PRIMARY KEY REFERENCES device,
    since timestamptz NOT NULL
);
COMMENT ON TABLE touched IS 'Devices with readings that jobs have not yet looked at, and from when on: late data re-open what they change';

CREATE TABLE job_run (
    job text PRIMARY KEY,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    ok boolean,
    detail text
);
COMMENT ON TABLE job_run IS 'The last run of each job';
