-- A published hour is known as far as it was counted or estimated: what was published of an estimated hour can then be told again.
-- depends: 0422_counter_hours

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
$$;
COMMENT ON COLUMN published_hour.covered_s IS 'Seconds of the hour that were counted or estimated';
COMMENT ON COLUMN revised_hour.was_people IS 'People both ways, with those estimated, as published until then; null: it was published as not known';
COMMENT ON COLUMN revised_hour.people IS 'People both ways, with those estimated, from then on; null: not known any more';
COMMENT ON COLUMN revised_hour.was_covered_s IS 'Seconds of the hour that had been counted or estimated';
COMMENT ON COLUMN revised_hour.covered_s IS 'Seconds of the hour that were counted or estimated, as known from then on';
