-- Where several devices count for one counter and one of them is silent, the others' people are not the counter's: the hour is not
-- known.
-- depends: 0423_published_estimates 0410_installation_records

CREATE FUNCTION all_speak(which_counter text, hour timestamptz, speaking bigint) RETURNS integer
LANGUAGE sql STABLE
AS $$
SELECT (count(*) <= speaking)::integer
FROM installation
WHERE installation.counter_id = which_counter
    AND installation.valid_from <= hour
    AND (installation.valid_to IS NULL OR installation.valid_to >= hour + INTERVAL '1 hour')
$$;
COMMENT ON FUNCTION all_speak IS '1 where as many devices or lines speak of an hour as stood at the counter in all of it, else 0';

CREATE OR REPLACE VIEW counter_hour AS
SELECT
    installation.counter_id,
    hour.hour_start,
    sum(CASE WHEN installation.swap_in_out THEN hour.people_out ELSE hour.people_in END)::bigint AS people_in,
    sum(CASE WHEN installation.swap_in_out THEN hour.people_in ELSE hour.people_out END)::bigint AS people_out,
    sum(coalesce(hour.people_in, 0) + coalesce(hour.people_out, 0))::bigint AS people,
    sum(coalesce(hour.estimated_in, 0) + coalesce(hour.estimated_out, 0))::bigint AS estimated_people,
    round(
        min(coalesce(hour.covered_s, 0))
        * all_speak(installation.counter_id, hour.hour_start, count(DISTINCT installation.installation_id))
    )::bigint AS covered_s,
    round(max(coalesce(hour.estimated_s, 0)))::bigint AS estimated_s,
    round(max(coalesce(hour.gap_s, 0)))::bigint AS gap_s,
    max(hour.gap_why) AS gap_why,
    bool_and(coalesce(hour.covered_s, 0) + coalesce(hour.estimated_s, 0) > 0)
        AND all_speak(installation.counter_id, hour.hour_start, count(DISTINCT installation.installation_id)) = 1 AS is_known,
    count(DISTINCT installation.device_id) AS devices
FROM installation
JOIN count_hour AS hour
    ON hour.device_id = installation.device_id
    AND (installation.line IS NULL OR installation.line = hour.line)
    AND hour.hour_start >= installation.valid_from
    AND (installation.valid_to IS NULL OR hour.hour_start + INTERVAL '1 hour' <= installation.valid_to)
WHERE installation.counter_id IS NOT NULL
GROUP BY installation.counter_id, hour.hour_start;

CREATE OR REPLACE FUNCTION counter_hours_of_intervals(since timestamptz, until timestamptz)
RETURNS TABLE (counter_id text, hour_start timestamptz, people integer, covered_s integer)
LANGUAGE sql STABLE
AS $$
SELECT
    installation.counter_id,
    hour.hour_start,
    sum(coalesce(hour.people_in, 0) + coalesce(hour.people_out, 0))::integer,
    round(min(coalesce(hour.covered_s, 0) + coalesce(hour.estimated_s, 0)))::integer
FROM hours_of_intervals(since, until) AS hour
JOIN installation
    ON installation.device_id = hour.device_id
    AND (installation.line IS NULL OR installation.line = hour.line)
    AND hour.hour_start >= installation.valid_from
    AND (installation.valid_to IS NULL OR hour.hour_start + INTERVAL '1 hour' <= installation.valid_to)
WHERE installation.counter_id IS NOT NULL
GROUP BY installation.counter_id, hour.hour_start
HAVING min(coalesce(hour.covered_s, 0) + coalesce(hour.estimated_s, 0)) > 0
    AND all_speak(installation.counter_id, hour.hour_start, count(DISTINCT installation.installation_id)) = 1
$$;
