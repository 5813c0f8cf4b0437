-- Late data re-open what they change: what is waiting to be worked out again, what was published and how it was revised, and the
-- audits that compare what is derived with the readings.
-- depends: 0202_footfall

ALTER TABLE touched ADD COLUMN why text NOT NULL DEFAULT 'late_data'
    CHECK (why IN ('late_data', 'record_changed', 'recoded', 'repaired'));
COMMENT ON COLUMN touched.why IS 'late_data: readings arrived; record_changed: the installation record was corrected; recoded: kept frames were decoded again; repaired: by an audit. In their order the later word outweighs the earlier';

CREATE TABLE reopened (
    device_id integer PRIMARY KEY REFERENCES device,
    since timestamptz NOT NULL,
    why text NOT NULL
);
COMMENT ON TABLE reopened IS 'What a job took from touched and has not finished: ingest never waits for a job, and a job that is broken off finds its work again';

CREATE TABLE progress (
    what text PRIMARY KEY CHECK (what IN ('hours_refreshed', 'hours_published', 'emptyings_published')),
    until timestamptz NOT NULL
);
COMMENT ON TABLE progress IS 'How far in time work that follows the clock has come; `until` is exclusive';

CREATE TABLE readings_kept (
    readings text PRIMARY KEY CHECK (readings IN ('level', 'count')),
    since timestamptz NOT NULL
);
COMMENT ON TABLE readings_kept IS 'Where readings were deleted for their age: since when they are kept. What was derived from older ones stands, and is neither worked out again nor audited';

CREATE TABLE published_hour (
    counter_id text NOT NULL REFERENCES counter,
    hour_start timestamptz NOT NULL,
    people integer,
    covered_s integer NOT NULL,
    published_at timestamptz NOT NULL,
    revision smallint NOT NULL DEFAULT 0,
    revised_at timestamptz,
    PRIMARY KEY (counter_id, hour_start)
);
COMMENT ON TABLE published_hour IS 'The hours of counters as the public is told them: first when the hour has been over for 15 minutes, then as revised';
COMMENT ON COLUMN published_hour.people IS 'People both ways; null: not known';
COMMENT ON COLUMN published_hour.covered_s IS 'Seconds of the hour that were counted';
COMMENT ON COLUMN published_hour.revision IS 'How often the figure was changed after it was published';

CREATE TABLE revised_hour (
    counter_id text NOT NULL REFERENCES counter,
    hour_start timestamptz NOT NULL,
    revision smallint NOT NULL CHECK (revision > 0),
    was_people integer,
    was_covered_s integer NOT NULL,
    people integer,
    covered_s integer NOT NULL,
    revised_at timestamptz NOT NULL,
    why text NOT NULL,
    PRIMARY KEY (counter_id, hour_start, revision)
);
COMMENT ON TABLE revised_hour IS 'Every change of an hour that was published: what it was, what it became, when and why (as touched.why)';
COMMENT ON COLUMN revised_hour.was_people IS 'People both ways as published until then; null: it was published as not known';
COMMENT ON COLUMN revised_hour.people IS 'People both ways from then on; null: not known any more';
COMMENT ON COLUMN revised_hour.was_covered_s IS 'Seconds of the hour that had been counted';
COMMENT ON COLUMN revised_hour.covered_s IS 'Seconds of the hour that were counted, as known from then on';
CREATE INDEX revised_hour_revised ON revised_hour (revised_at);

CREATE TABLE published_emptying (
    bin_id text NOT NULL REFERENCES bin,
    emptied_at timestamptz NOT NULL,
    fill_before_pct real,
    published_at timestamptz NOT NULL,
    PRIMARY KEY (bin_id, emptied_at)
);
COMMENT ON TABLE published_emptying IS 'The emptyings seen by sensors as the public is told them: first when the readings of two days after them are in, then as revised';

CREATE TABLE revised_emptying (
    revised_emptying_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    bin_id text NOT NULL REFERENCES bin,
    was_emptied_at timestamptz,
    was_fill_before_pct real,
    emptied_at timestamptz,
    fill_before_pct real,
    revised_at timestamptz NOT NULL,
    why text NOT NULL,
    CHECK (num_nulls(was_emptied_at, emptied_at) < 2)
);
COMMENT ON TABLE revised_emptying IS 'Every change of an emptying that was published: moved or told with another fill, withdrawn (emptied_at is null), or found late (was_emptied_at is null); why as in touched.why';
COMMENT ON COLUMN revised_emptying.was_fill_before_pct IS 'Per cent, not clamped';
COMMENT ON COLUMN revised_emptying.fill_before_pct IS 'Per cent, not clamped';
CREATE INDEX revised_emptying_revised ON revised_emptying (revised_at);
CREATE INDEX revised_emptying_of_bin ON revised_emptying (bin_id, emptied_at);

CREATE TABLE audit (
    begun_at timestamptz NOT NULL,
    what text NOT NULL CHECK (what IN ('count_hours', 'published_hours', 'fills', 'emptyings')),
    day date NOT NULL,
    compared bigint NOT NULL,
    differed bigint NOT NULL,
    repaired bigint NOT NULL,
    examples jsonb NOT NULL,
    PRIMARY KEY (begun_at, what, day)
);
COMMENT ON TABLE audit IS 'What is derived, compared with the readings: one row for each kind and UTC day looked at';
COMMENT ON COLUMN audit.begun_at IS 'When the audit began that the row belongs to';
COMMENT ON COLUMN audit.compared IS 'Rows compared';
COMMENT ON COLUMN audit.differed IS 'Of these, rows that were missing, too many, or not what the readings say';
COMMENT ON COLUMN audit.repaired IS 'Of these, rows that agree after the repair';
COMMENT ON COLUMN audit.examples IS 'The first few that differed: what was kept, and what the readings say';
CREATE INDEX audit_of_day ON audit (day, what);

CREATE FUNCTION hours_of_readings(since timestamptz, until timestamptz)
RETURNS TABLE (device_id integer, line smallint, hour_start timestamptz, people_in bigint, people_out bigint, covered_s bigint)
LANGUAGE sql STABLE
AS $$
SELECT
    device_id,
    line,
    date_bin('1 hour', period_start, '2000-01-01T00:00:00Z'),
    sum(people_in) FILTER (WHERE fault IS NULL),
    sum(people_out) FILTER (WHERE fault IS NULL),
    sum(period_s) FILTER (WHERE people_in IS NOT NULL AND fault IS NULL)
FROM count_reading
WHERE period_start >= since AND period_start < until
GROUP BY 1, 2, 3
$$;
COMMENT ON FUNCTION hours_of_readings IS 'count_hour between two whole hours, worked out from the readings alone: what the aggregate must be';

CREATE FUNCTION counter_hours_of_readings(since timestamptz, until timestamptz)
RETURNS TABLE (counter_id text, hour_start timestamptz, people integer, covered_s integer)
LANGUAGE sql STABLE
AS $$
SELECT
    installation.counter_id,
    hour.hour_start,
    CASE
        WHEN min(coalesce(hour.covered_s, 0)) > 0
            THEN sum(coalesce(hour.people_in, 0) + coalesce(hour.people_out, 0))::integer
    END,
    min(coalesce(hour.covered_s, 0))::integer
FROM hours_of_readings(since, until) AS hour
JOIN installation
    ON installation.device_id = hour.device_id
    AND (installation.line IS NULL OR installation.line = hour.line)
    AND hour.hour_start >= installation.valid_from
    AND (installation.valid_to IS NULL OR hour.hour_start + INTERVAL '1 hour' <= installation.valid_to)
WHERE installation.counter_id IS NOT NULL
GROUP BY installation.counter_id, hour.hour_start
$$;
COMMENT ON FUNCTION counter_hours_of_readings IS 'counter_hour between two whole hours, worked out from the readings alone; people is null where nothing was counted';

CREATE VIEW board.revision AS
SELECT
    'footfall_hour' AS kind,
    counter.council,
    revised_hour.counter_id AS subject,
    revised_hour.hour_start AS concerns,
    revised_hour.was_people::real AS was,
    revised_hour.people::real AS became,
    revised_hour.revised_at,
    revised_hour.why
FROM revised_hour
JOIN counter USING (counter_id)
UNION ALL
SELECT
    'emptying',
    bin.council,
    revised_emptying.bin_id,
    coalesce(revised_emptying.emptied_at, revised_emptying.was_emptied_at),
    revised_emptying.was_fill_before_pct,
    revised_emptying.fill_before_pct,
    revised_emptying.revised_at,
    revised_emptying.why
FROM revised_emptying
JOIN bin USING (bin_id);
COMMENT ON VIEW board.revision IS 'Published figures that were changed: people of an hour, or the fill before an emptying in per cent; null: not known, or no emptying';

CREATE VIEW board.audit AS
SELECT begun_at, what, day, compared, differed, repaired
FROM audit;
COMMENT ON VIEW board.audit IS 'What is derived, compared with the readings: rows compared, differing and repaired for each UTC day looked at';
