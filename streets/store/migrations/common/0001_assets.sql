-- Councils and what stands in their streets.
-- depends:

CREATE TABLE council (
    council text PRIMARY KEY CHECK (council ~ '^[a-z0-9][a-z0-9-]{0,30}$'),
    name text NOT NULL,
    name_cy text
);
COMMENT ON TABLE council IS 'A council; every asset belongs to one';

CREATE TABLE ward (
    ward_code text PRIMARY KEY,
    council text NOT NULL REFERENCES council,
    name text NOT NULL,
    name_cy text,
    boundary jsonb NOT NULL
);
COMMENT ON COLUMN ward.boundary IS 'GeoJSON geometry, WGS84';

CREATE TABLE place (
    place_id text PRIMARY KEY CHECK (place_id ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$'),
    council text NOT NULL REFERENCES council,
    name text NOT NULL,
    name_cy text,
    lat double precision NOT NULL,
    lon double precision NOT NULL
);
COMMENT ON TABLE place IS 'A named piece of a town whose footfall is told as one: a high street, a market';

CREATE TABLE bin (
    bin_id text PRIMARY KEY CHECK (bin_id ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$'),
    council text NOT NULL REFERENCES council,
    name text NOT NULL,
    lat double precision NOT NULL,
    lon double precision NOT NULL,
    ward_code text REFERENCES ward,
    usrn text,
    capacity_l real NOT NULL CHECK (capacity_l > 0),
    visit_every_days real NOT NULL DEFAULT 1 CHECK (visit_every_days > 0),
    reach_from time,
    reach_until time,
    active boolean NOT NULL DEFAULT true
);
COMMENT ON COLUMN bin.name IS 'Where it stands, in words a crew would use';
COMMENT ON COLUMN bin.visit_every_days IS 'Days between visits on the fixed schedule that planning replaces, and falls back to';
COMMENT ON COLUMN bin.reach_until IS 'Local time until which a vehicle may reach it; null: all day';
CREATE INDEX bin_of_council ON bin (council, bin_id);

CREATE TABLE counter (
    counter_id text PRIMARY KEY CHECK (counter_id ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$'),
    council text NOT NULL REFERENCES council,
    place_id text NOT NULL REFERENCES place,
    name text NOT NULL,
    lat double precision NOT NULL,
    lon double precision NOT NULL,
    ward_code text REFERENCES ward,
    in_label text,
    out_label text
);
COMMENT ON TABLE counter IS 'A footfall counter''s post; the device on it may change';

CREATE TABLE device (
    device_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    device text NOT NULL UNIQUE,
    council text NOT NULL REFERENCES council,
    model text NOT NULL
);
COMMENT ON COLUMN device.device IS 'LoRaWAN: DevEUI, 16 lower-case hexadecimal digits; direct: council/device as in the topic';

CREATE TABLE installation (
    installation_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    device_id integer NOT NULL REFERENCES device,
    bin_id text REFERENCES bin,
    counter_id text REFERENCES counter,
    line smallint,
    valid_from timestamptz NOT NULL,
    valid_to timestamptz CHECK (valid_to > valid_from),
    empty_mm integer,
    full_mm integer CHECK (full_mm < empty_mm),
    blind_zone_mm integer NOT NULL DEFAULT 0,
    max_range_mm integer,
    period_s integer CHECK (period_s > 0),
    report_every_s integer NOT NULL DEFAULT 3600 CHECK (report_every_s > 0),
    swap_in_out boolean NOT NULL DEFAULT false,
    CHECK (num_nonnulls(bin_id, counter_id) = 1),
    CHECK (bin_id IS NULL OR (empty_mm IS NOT NULL AND full_mm IS NOT NULL))
);
COMMENT ON TABLE installation IS 'Which device stands where, from when until when, and how it was mounted: one row a version';
COMMENT ON COLUMN installation.line IS 'Counters: the device''s line that counts here; null: every line';
COMMENT ON COLUMN installation.empty_mm IS 'What this sensor reads in the bin just emptied, with its usual liner';
COMMENT ON COLUMN installation.full_mm IS 'What it reads when crews call the bin full';
COMMENT ON COLUMN installation.period_s IS 'Counters: seconds that one period count covers';
COMMENT ON COLUMN installation.report_every_s IS 'Seconds between frames, as configured; silence is judged against it';
CREATE UNIQUE INDEX installation_version ON installation (device_id, valid_from, coalesce(line, 0));
CREATE INDEX installation_of_bin ON installation (bin_id, valid_from DESC) WHERE bin_id IS NOT NULL;
CREATE INDEX installation_of_counter ON installation (counter_id, valid_from DESC) WHERE counter_id IS NOT NULL;

CREATE TABLE ironwork (
    ironwork_id text NOT NULL,
    council text NOT NULL REFERENCES council,
    kind text NOT NULL,
    lat double precision NOT NULL,
    lon double precision NOT NULL,
    PRIMARY KEY (council, ironwork_id)
);
COMMENT ON COLUMN ironwork.kind IS 'manhole, gully, speed_bump, joint: what a phone feels that is not a pothole';

CREATE TABLE street_extract (
    council text PRIMARY KEY REFERENCES council,
    osm_pbf bytea NOT NULL,
    sha256 text NOT NULL,
    imported_at timestamptz NOT NULL
);
COMMENT ON TABLE street_extract IS 'The council''s streets as an OpenStreetMap extract';

CREATE TABLE round_base (
    base_id text NOT NULL,
    council text NOT NULL REFERENCES council,
    kind text NOT NULL CHECK (kind IN ('depot', 'tip')),
    name text NOT NULL,
    lat double precision NOT NULL,
    lon double precision NOT NULL,
    service_s integer NOT NULL DEFAULT 0,
    PRIMARY KEY (council, base_id)
);
COMMENT ON TABLE round_base IS 'Where rounds begin, end and tip';

CREATE TABLE vehicle (
    vehicle_id text NOT NULL,
    council text NOT NULL REFERENCES council,
    name text NOT NULL,
    capacity_l real NOT NULL CHECK (capacity_l > 0),
    shift_from time NOT NULL,
    shift_until time NOT NULL,
    PRIMARY KEY (council, vehicle_id)
);
COMMENT ON COLUMN vehicle.capacity_l IS 'Litres of litter as they lie in the bin that the vehicle takes before it must tip';

CREATE TABLE token (
    token_id uuid PRIMARY KEY,
    token_hash bytea NOT NULL UNIQUE,
    broker_hash text,
    council text NOT NULL REFERENCES council,
    role text NOT NULL CHECK (role IN ('crew', 'officer', 'device')),
    subject text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    last_used_at timestamptz,
    revoked_at timestamptz
);
COMMENT ON COLUMN token.token_hash IS 'SHA-256 of the secret, which is shown once and kept nowhere';
COMMENT ON COLUMN token.broker_hash IS 'Devices: bcrypt of the same secret, the form that the broker takes';
