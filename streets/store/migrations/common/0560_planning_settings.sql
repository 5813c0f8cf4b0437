-- What planning weighs, by council and in versions: the officer's one dial and the prices beside it.
-- depends: 0510_savings

CREATE TABLE planning_setting (
    setting_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    council text NOT NULL REFERENCES council,
    applies_from date NOT NULL,
    set_by text NOT NULL,
    set_at timestamptz NOT NULL,
    why text NOT NULL CHECK (length(why) BETWEEN 1 AND 500),
    pence_per_overflow double precision NOT NULL CHECK (pence_per_overflow BETWEEN 0 AND 1000000),
    pence_per_km double precision NOT NULL CHECK (pence_per_km BETWEEN 0 AND 1000000),
    pence_per_hour double precision NOT NULL CHECK (pence_per_hour BETWEEN 0 AND 1000000),
    service_s integer NOT NULL CHECK (service_s BETWEEN 1 AND 3600)
);
COMMENT ON TABLE planning_setting IS 'What rounds are planned with; a new row replaces older ones from its day on, and none is ever changed. A council without any plans with the assumptions of the software';
COMMENT ON COLUMN planning_setting.applies_from IS 'First day of service that it applies to';
COMMENT ON COLUMN planning_setting.set_by IS 'The officer';
COMMENT ON COLUMN planning_setting.why IS 'Why the figures are as they are, in the officer''s words';
COMMENT ON COLUMN planning_setting.pence_per_overflow IS 'The dial: pence that the council would spend to keep one bin from overflowing once';
COMMENT ON COLUMN planning_setting.pence_per_km IS 'Pence per kilometre of a vehicle';
COMMENT ON COLUMN planning_setting.pence_per_hour IS 'Pence per hour of a vehicle''s whole crew';
COMMENT ON COLUMN planning_setting.service_s IS 'Seconds of work of a crew at a bin';
CREATE INDEX planning_setting_of ON planning_setting (council, applies_from);

-- What was set stays.
REVOKE INSERT, UPDATE, DELETE ON planning_setting FROM streets_jobs;
GRANT INSERT ON planning_setting TO streets_api;
