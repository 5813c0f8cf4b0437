-- What crews tell of bins that were on no round, and of how full their vehicle is.
-- depends: 0510_savings

CREATE TABLE bin_event (
    event_id uuid PRIMARY KEY,
    bin_id text NOT NULL REFERENCES bin,
    service_date date NOT NULL,
    at timestamptz NOT NULL,
    event text NOT NULL CHECK (event IN ('emptied', 'not_full', 'overflowing', 'cannot_reach', 'undo')),
    observed_fill smallint CHECK (observed_fill IN (0, 25, 50, 75, 100)),
    note text CHECK (length(note) <= 500),
    received_at timestamptz NOT NULL,
    told_by text NOT NULL
);
COMMENT ON TABLE bin_event IS 'What crews told of bins that were on none of the day''s rounds; the identity is made on the phone, so sending again changes nothing';
COMMENT ON COLUMN bin_event.service_date IS 'The day of the round that the crew was on';
COMMENT ON COLUMN bin_event.observed_fill IS 'Per cent, in quarters';
CREATE INDEX bin_event_of_day ON bin_event (service_date, bin_id);
CREATE INDEX bin_event_of_bin ON bin_event (bin_id, at);

CREATE VIEW crew_event AS
SELECT e.event_id, e.stop_id, s.bin_id, r.council, r.service_date, e.at, e.event, e.observed_fill, e.note, e.received_at, e.told_by
FROM stop_event e JOIN round_stop s USING (stop_id) JOIN round r USING (round_id)
UNION ALL
SELECT e.event_id, NULL, e.bin_id, b.council, e.service_date, e.at, e.event, e.observed_fill, e.note, e.received_at, e.told_by
FROM bin_event e JOIN bin b USING (bin_id);
COMMENT ON VIEW crew_event IS 'Everything that crews told: of stops (bin_id is null at a tip), and of bins that were on no round (stop_id is null)';

CREATE TABLE vehicle_load (
    load_id uuid PRIMARY KEY,
    council text NOT NULL,
    vehicle_id text NOT NULL,
    service_date date NOT NULL,
    at timestamptz NOT NULL,
    load_share real NOT NULL CHECK (load_share BETWEEN 0 AND 1),
    received_at timestamptz NOT NULL,
    told_by text NOT NULL,
    FOREIGN KEY (council, vehicle_id) REFERENCES vehicle (council, vehicle_id)
);
COMMENT ON TABLE vehicle_load IS 'How full a crew found its vehicle: it counts for more than the litres that were expected in the bins';
COMMENT ON COLUMN vehicle_load.load_share IS 'Share of the vehicle''s capacity, 0 to 1';
CREATE INDEX vehicle_load_of_day ON vehicle_load (council, service_date);

REVOKE INSERT, UPDATE, DELETE ON bin_event, vehicle_load FROM streets_jobs;
GRANT SELECT ON crew_event TO streets_jobs, streets_api, streets_officer;
GRANT INSERT ON bin_event, vehicle_load TO streets_api;
COMMENT ON COLUMN savings_bin_day.emptied_off_round_on IS 'Last local day, of one interval until this one, on which its sensor saw or a crew told an emptying though it was on no round';
