-- What is usual at counters, which of their hours are not to be believed, and their counts by hour.
-- depends: 0004_roles 0100_hours

CREATE TABLE counter_usual (
    counter_id text NOT NULL REFERENCES counter,
    hour_of_week smallint NOT NULL CHECK (hour_of_week BETWEEN 0 AND 167),
    people real NOT NULL,
    weeks smallint NOT NULL,
    computed_at timestamptz NOT NULL,
    PRIMARY KEY (counter_id, hour_of_week)
);
COMMENT ON TABLE counter_usual IS 'People per hour usual at a counter: the median of the same hour of the week over the past eight weeks';
COMMENT ON COLUMN counter_usual.hour_of_week IS 'On the street''s clocks (Europe/London): 0 is Monday 00:00 to 01:00';
COMMENT ON COLUMN counter_usual.weeks IS 'Weeks in which that hour was counted and fit to use; below three there is no row';

CREATE TABLE counter_unfit (
    counter_id text NOT NULL REFERENCES counter,
    kind text NOT NULL CHECK (kind IN ('dead', 'stuck', 'imputed')),
    since timestamptz NOT NULL,
    until timestamptz NOT NULL CHECK (until > since),
    PRIMARY KEY (counter_id, kind, since)
);
COMMENT ON TABLE counter_unfit IS 'Stretches of a counter''s hours that are not to be believed; `until` is exclusive';

CREATE TABLE place_error_band (
    place_id text NOT NULL REFERENCES place,
    hours_ahead smallint NOT NULL,
    by_day boolean NOT NULL,
    low_ratio real NOT NULL,
    high_ratio real NOT NULL,
    errors integer NOT NULL,
    PRIMARY KEY (place_id, hours_ahead, by_day)
);
COMMENT ON TABLE place_error_band IS 'The 10th and 90th percentile of counted / forecast of a place''s own past forecasts';
COMMENT ON COLUMN place_error_band.by_day IS '07:00 to 22:00 on the street''s clocks';

CREATE VIEW counter_hour AS
SELECT
    installation.counter_id,
    count_hour.hour_start,
    sum(CASE WHEN installation.swap_in_out THEN count_hour.people_out ELSE count_hour.people_in END) AS people_in,
    sum(CASE WHEN installation.swap_in_out THEN count_hour.people_in ELSE count_hour.people_out END) AS people_out,
    sum(coalesce(count_hour.people_in, 0) + coalesce(count_hour.people_out, 0))::bigint AS people,
    min(coalesce(count_hour.covered_s, 0))::bigint AS covered_s,
    count(DISTINCT installation.device_id) AS devices
FROM installation
JOIN count_hour
    ON count_hour.device_id = installation.device_id
    AND (installation.line IS NULL OR installation.line = count_hour.line)
    AND count_hour.hour_start >= installation.valid_from
    AND (installation.valid_to IS NULL OR count_hour.hour_start + INTERVAL '1 hour' <= installation.valid_to)
WHERE installation.counter_id IS NOT NULL
GROUP BY installation.counter_id, count_hour.hour_start;
COMMENT ON VIEW counter_hour IS 'People per counter and hour, joined to the installation in force; covered_s: seconds counted by the device or line that counted least';
