-- Seconds and metres between a council's bins, tips and depot, so that a plan need not work them out anew.
-- depends: 0510_savings

CREATE TABLE street_travel (
    council text PRIMARY KEY REFERENCES council,
    basis text NOT NULL,
    computed_at timestamptz NOT NULL,
    lats float8[] NOT NULL,
    lons float8[] NOT NULL,
    off_m float8[] NOT NULL,
    open_from_s integer[] NOT NULL,
    open_until_s integer[] NOT NULL,
    seconds bytea NOT NULL,
    metres bytea NOT NULL,
    CHECK (cardinality(lats) = ALL (ARRAY[cardinality(lons), cardinality(off_m), cardinality(open_from_s), cardinality(open_until_s)]))
);
COMMENT ON TABLE street_travel IS 'The quickest ways between a council''s points, kept from plan to plan; derived, and made anew where it is missing';
COMMENT ON COLUMN street_travel.basis IS 'What it rests on: the engine, its rules and the streets; on any other it counts for nothing';
COMMENT ON COLUMN street_travel.computed_at IS 'When a point was last added or taken away';
COMMENT ON COLUMN street_travel.lats IS 'Degrees north of each point; the other columns tell of points in this order';
COMMENT ON COLUMN street_travel.lons IS 'Degrees east';
COMMENT ON COLUMN street_travel.off_m IS 'Metres from the point to where a vehicle stands for it; null: no street is in reach';
COMMENT ON COLUMN street_travel.open_from_s IS 'Seconds after local midnight from which its street is open; null: all day';
COMMENT ON COLUMN street_travel.open_until_s IS 'Seconds after local midnight until which it is open';
COMMENT ON COLUMN street_travel.seconds IS 'Seconds from each point to each, as streets/routing/shelf.py packs them; -1: out of reach';
COMMENT ON COLUMN street_travel.metres IS 'Metres, likewise';
-- Bytes that are deflated already: the server need not try again.
ALTER TABLE street_travel ALTER COLUMN seconds SET STORAGE EXTERNAL, ALTER COLUMN metres SET STORAGE EXTERNAL;

GRANT SELECT, INSERT, UPDATE, DELETE ON street_travel TO streets_jobs;
GRANT SELECT, INSERT, UPDATE ON street_travel TO streets_api, streets_officer;
