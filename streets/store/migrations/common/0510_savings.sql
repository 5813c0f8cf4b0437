-- The savings ledger: each day's rounds beside the schedule they replace, kept as they were when the day was closed.
-- depends: 0490_device_words

CREATE TABLE savings_day (
    council text NOT NULL REFERENCES council,
    service_date date NOT NULL,
    state text NOT NULL CHECK (state IN ('counted', 'not_driven', 'nothing_planned', 'no_plan', 'not_routed')),
    why text,
    closed_at timestamptz NOT NULL,
    sensors integer NOT NULL,
    planned_home_m integer,
    planned_home_s integer,
    schedule_home_m integer,
    schedule_home_s integer,
    PRIMARY KEY (council, service_date),
    CHECK ((state = 'counted') = (num_nulls(planned_home_m, planned_home_s, schedule_home_m, schedule_home_s) = 0)),
    CHECK ((state = 'not_routed') = (why IS NOT NULL))
);
COMMENT ON TABLE savings_day IS 'One row a council and local day, written once when no more taps are waited for and never changed';
COMMENT ON COLUMN savings_day.state IS 'counted; or why the day is on neither side: not_driven (a crew told of fewer than half of a round''s bins), nothing_planned (rounds without a bin), no_plan, not_routed (the schedule''s rounds could not be made)';
COMMENT ON COLUMN savings_day.why IS 'What stood in the way of the schedule''s rounds';
COMMENT ON COLUMN savings_day.sensors IS 'Sensors that hung in the council''s bins on this day';
COMMENT ON COLUMN savings_day.planned_home_m IS 'Metres of the rounds in force to tips and home; null: not counted';
COMMENT ON COLUMN savings_day.planned_home_s IS 'Seconds of driving to tips and home and of work there';
COMMENT ON COLUMN savings_day.schedule_home_m IS 'Metres to tips and home of the rounds that the schedule would have needed';
COMMENT ON COLUMN savings_day.schedule_home_s IS 'Seconds of driving to tips and home and of work there, of those rounds';

CREATE TABLE savings_bin_day (
    bin_id text NOT NULL REFERENCES bin,
    service_date date NOT NULL,
    council text NOT NULL,
    ward_code text,
    visit_every_days real NOT NULL,
    counted_from date NOT NULL,
    due boolean NOT NULL,
    planned boolean NOT NULL,
    why text,
    told text CHECK (told IN ('emptied', 'not_full', 'cannot_reach')),
    told_overflowing boolean NOT NULL,
    emptied_off_round_on date,
    overflowed boolean,
    planned_visits smallint,
    planned_m integer,
    planned_s integer,
    schedule_visits smallint,
    schedule_m integer,
    schedule_s integer,
    PRIMARY KEY (bin_id, service_date),
    FOREIGN KEY (council, service_date) REFERENCES savings_day,
    CHECK (num_nulls(planned_visits, planned_m, planned_s, schedule_visits, schedule_m, schedule_s) IN (0, 6))
);
COMMENT ON TABLE savings_bin_day IS 'One row a bin and day, as savings_day';
COMMENT ON COLUMN savings_bin_day.ward_code IS 'The ward it stood in then';
COMMENT ON COLUMN savings_bin_day.visit_every_days IS 'The schedule that planning replaced on that day: days from visit to visit';
COMMENT ON COLUMN savings_bin_day.counted_from IS 'First day of the schedule''s count: n days from it on hold the whole part of n / visit_every_days visits';
COMMENT ON COLUMN savings_bin_day.due IS 'Whether the schedule would have had it visited on this day';
COMMENT ON COLUMN savings_bin_day.planned IS 'Whether it was on a round in force';
COMMENT ON COLUMN savings_bin_day.why IS 'As round_stop.why or round_left_out.why; a left out bin that went by its schedule has scheduled_ before it; null: planning did not look at it';
COMMENT ON COLUMN savings_bin_day.told IS 'What the crew closed the stop with; null: nothing';
COMMENT ON COLUMN savings_bin_day.told_overflowing IS 'Whether the crew called it overflowing';
COMMENT ON COLUMN savings_bin_day.emptied_off_round_on IS 'Last local day, of one interval until this one, on which its sensor saw an emptying though it was on no round';
COMMENT ON COLUMN savings_bin_day.overflowed IS 'Whether a fill of 100 per cent or more was measured; null: none was measured, or the sensor''s word does not count';
COMMENT ON COLUMN savings_bin_day.planned_visits IS 'Visits counted for the rounds, 0 or 1; null: the day is not counted';
COMMENT ON COLUMN savings_bin_day.planned_m IS 'Metres to it from the stop before';
COMMENT ON COLUMN savings_bin_day.planned_s IS 'Seconds of driving to it and of work there';
COMMENT ON COLUMN savings_bin_day.schedule_visits IS 'Visits counted for the schedule, 0 or 1; a visit that is due counts only if nothing else explains why it was not made';
COMMENT ON COLUMN savings_bin_day.schedule_m IS 'Metres to it from the stop before on the schedule''s round';
COMMENT ON COLUMN savings_bin_day.schedule_s IS 'Seconds of driving to it and of work there on that round';
CREATE INDEX savings_bin_day_of ON savings_bin_day (council, service_date);

CREATE TABLE savings_assumption (
    assumption_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    council text NOT NULL REFERENCES council,
    applies_from date NOT NULL CHECK (extract(day FROM applies_from) = 1),
    told_by text NOT NULL,
    told_at timestamptz NOT NULL,
    note text NOT NULL CHECK (length(note) BETWEEN 1 AND 500),
    pence_per_crew_hour double precision NOT NULL CHECK (pence_per_crew_hour >= 0),
    pence_per_km double precision NOT NULL CHECK (pence_per_km >= 0),
    litres_per_100_km double precision NOT NULL CHECK (litres_per_100_km >= 0),
    kg_co2e_per_litre double precision NOT NULL CHECK (kg_co2e_per_litre >= 0),
    pence_per_sensor_month double precision NOT NULL CHECK (pence_per_sensor_month >= 0),
    connectivity_pence_per_sensor_month double precision NOT NULL CHECK (connectivity_pence_per_sensor_month >= 0),
    hardware_pence_per_sensor double precision NOT NULL CHECK (hardware_pence_per_sensor >= 0),
    hardware_lasts_months double precision NOT NULL CHECK (hardware_lasts_months > 0)
);
COMMENT ON TABLE savings_assumption IS 'What savings are worked out with; a new row replaces older ones from its month on, and none is ever changed';
COMMENT ON COLUMN savings_assumption.applies_from IS 'First day of the first month that it applies to';
COMMENT ON COLUMN savings_assumption.told_by IS 'The officer; software: the figures that the software came with';
COMMENT ON COLUMN savings_assumption.note IS 'Where the figures are from';
COMMENT ON COLUMN savings_assumption.pence_per_crew_hour IS 'Pence per hour of a vehicle''s whole crew, with on-costs';
COMMENT ON COLUMN savings_assumption.pence_per_km IS 'Pence per kilometre of the vehicle, its fuel included';
COMMENT ON COLUMN savings_assumption.litres_per_100_km IS 'Litres of diesel per 100 kilometres';
COMMENT ON COLUMN savings_assumption.kg_co2e_per_litre IS 'Kilograms of carbon dioxide equivalent per litre burnt';
COMMENT ON COLUMN savings_assumption.pence_per_sensor_month IS 'Pence per sensor and month for software and service';
COMMENT ON COLUMN savings_assumption.connectivity_pence_per_sensor_month IS 'Pence per sensor and month for its radio network';
COMMENT ON COLUMN savings_assumption.hardware_pence_per_sensor IS 'Pence per sensor, mounted';
COMMENT ON COLUMN savings_assumption.hardware_lasts_months IS 'Months over which a sensor''s price is spread';
CREATE INDEX savings_assumption_of ON savings_assumption (council);

CREATE TABLE savings_complaints (
    complaints_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    council text NOT NULL REFERENCES council,
    month date NOT NULL CHECK (extract(day FROM month) = 1),
    complaints integer NOT NULL CHECK (complaints >= 0),
    source text NOT NULL CHECK (length(source) BETWEEN 1 AND 500),
    told_by text NOT NULL,
    told_at timestamptz NOT NULL
);
COMMENT ON TABLE savings_complaints IS 'Complaints about overflowing bins by month, as officers told; the last row of a month stands, and none is ever changed';
COMMENT ON COLUMN savings_complaints.month IS 'First day of the month';
COMMENT ON COLUMN savings_complaints.source IS 'Where they were counted';
CREATE INDEX savings_complaints_of ON savings_complaints (council, month);

-- What was written stays: not even the job that writes it may change it.
REVOKE UPDATE, DELETE ON savings_day, savings_bin_day, savings_assumption, savings_complaints FROM streets_jobs;
GRANT INSERT ON savings_assumption, savings_complaints TO streets_api;

CREATE VIEW board.savings_day AS
SELECT
    council,
    service_date,
    state,
    sensors,
    count(bin_id) AS bins,
    sum(planned_visits) AS planned_visits,
    planned_home_m + sum(planned_m) AS planned_m,
    planned_home_s + sum(planned_s) AS planned_s,
    sum(schedule_visits) AS schedule_visits,
    schedule_home_m + sum(schedule_m) AS schedule_m,
    schedule_home_s + sum(schedule_s) AS schedule_s,
    count(overflowed) AS bins_measured,
    count(*) FILTER (WHERE overflowed) AS bins_overflowed,
    count(*) FILTER (WHERE told_overflowing) AS told_overflowing
FROM savings_day
LEFT JOIN savings_bin_day USING (council, service_date)
GROUP BY council, service_date;
COMMENT ON VIEW board.savings_day IS 'Each day''s rounds (planned_) beside those of the schedule they replace (schedule_): visits, metres, seconds, null where the day is not counted; and bins that overflowed, of those measured';
