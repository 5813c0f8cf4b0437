-- What is known of the people past counters: intervals worked out from period counts and running totals together, which hours are
-- then summed from, and what the totals tell of the counters themselves.
-- depends: 0352_why

CREATE TABLE count_interval (
    device_id integer NOT NULL,
    line smallint NOT NULL,
    start_at timestamptz NOT NULL,
    end_at timestamptz NOT NULL CHECK (end_at > start_at),
    people_in integer CHECK (people_in >= 0),
    people_out integer CHECK (people_out >= 0),
    known text NOT NULL CHECK (known IN ('counted', 'from_totals', 'estimated', 'gap')),
    why text,
    told_s integer NOT NULL CHECK (told_s > 0),
    PRIMARY KEY (device_id, line, start_at),
    CHECK ((known = 'gap') = (people_in IS NULL AND people_out IS NULL)),
    CHECK (known NOT IN ('estimated', 'gap') OR why IS NOT NULL)
);
COMMENT ON TABLE count_interval IS 'People past one line of a device, derived from its readings: each row lies in one hour, and none over another. No row: not known';
COMMENT ON COLUMN count_interval.people_in IS 'People in the device''s own direction in; null: not known';
COMMENT ON COLUMN count_interval.people_out IS 'People in the device''s own direction out; null: not known';
COMMENT ON COLUMN count_interval.known IS 'counted: as the device counted them; from_totals: between two running totals; estimated: a count over missing frames, spread, or one after a reset; gap: not known';
COMMENT ON COLUMN count_interval.why IS 'Of an estimate frames_missing or after_reset; of a gap the device''s own fault, or silent, reset, implausible, may_have_wrapped, totals_disagree';
COMMENT ON COLUMN count_interval.told_s IS 'Seconds of the whole interval of which this is the part in one hour';

CREATE TABLE count_finding (
    device_id integer NOT NULL REFERENCES device,
    line smallint NOT NULL,
    until timestamptz NOT NULL,
    kind text NOT NULL CHECK (kind IN ('wrapped', 'reset', 'implausible', 'totals_disagree', 'told_otherwise')),
    since timestamptz NOT NULL,
    by_periods integer,
    by_totals bigint,
    PRIMARY KEY (device_id, line, until, kind)
);
COMMENT ON TABLE count_finding IS 'What the readings between two times tell of a counter itself: its totals wrapped, began again, rose by more than can have passed, or disagree with its periods; or two accounts of one period differ';
COMMENT ON COLUMN count_finding.by_periods IS 'People both ways by the period counts (told_otherwise: by the account that is believed); null: not compared';
COMMENT ON COLUMN count_finding.by_totals IS 'People both ways by the totals (told_otherwise: by the other account); null: not known';

CREATE TABLE counter_restart (
    device_id integer NOT NULL REFERENCES device,
    at timestamptz NOT NULL,
    PRIMARY KEY (device_id, at)
);
COMMENT ON TABLE counter_restart IS 'When counters joined their network anew: a total that fell then began again. Kept for longer than the frames that told it';

ALTER TABLE progress DROP CONSTRAINT progress_what_check;
ALTER TABLE progress ADD CHECK (what IN ('hours_refreshed', 'hours_published', 'emptyings_published', 'restarts_noted'));

ALTER TABLE audit DROP CONSTRAINT audit_what_check;
ALTER TABLE audit ADD CHECK (what IN ('count_intervals', 'count_hours', 'published_hours', 'fills', 'emptyings'));

ALTER TABLE touched DROP CONSTRAINT touched_why_check;
ALTER TABLE touched ADD CHECK (why IN ('late_data', 'recoded', 'reconciled', 'record_changed', 'repaired'));
COMMENT ON COLUMN touched.why IS 'late_data: readings arrived; recoded: kept frames were decoded again; reconciled: counts and totals were worked out together for the first time; record_changed: the installation record was corrected; repaired: by an audit. Where several hold, the last in this order, that of the alphabet, is told';

DROP VIEW counter_hour;
DROP VIEW board.footfall_hour;
DROP FUNCTION counter_hours_of_readings(timestamptz, timestamptz);
DROP FUNCTION hours_of_readings(timestamptz, timestamptz);

-- Until the jobs have worked them out again from the readings, hours are what they were; where readings were deleted they stay so.
INSERT INTO count_interval (device_id, line, start_at, end_at, people_in, people_out, known, told_s)
SELECT
    device_id, line, hour_start, hour_start + make_interval(secs => least(covered_s, 3600)), people_in, people_out, 'counted',
    least(covered_s, 3600)
FROM count_hour
WHERE covered_s > 0 AND num_nulls(people_in, people_out) < 2;

INSERT INTO touched (device_id, since, why)
SELECT DISTINCT ON (installation.device_id) installation.device_id, oldest.period_start, 'reconciled'
FROM installation
CROSS JOIN LATERAL (
    SELECT period_start FROM count_reading WHERE count_reading.device_id = installation.device_id ORDER BY period_start LIMIT 1
) AS oldest
WHERE installation.counter_id IS NOT NULL
ON CONFLICT (device_id) DO UPDATE SET since = least(touched.since, excluded.since), why = greatest(touched.why, excluded.why);
