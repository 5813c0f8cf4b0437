-- What of a level sensor's readings is a word about its bin: just those that become a fill or a reason why there is none.
-- depends: 0432_invalid_echoes

CREATE FUNCTION is_word(distance_mm integer, cannot_measure text, tilted boolean, alarms text[])
RETURNS boolean
LANGUAGE sql IMMUTABLE
RETURN distance_mm IS NOT NULL OR cannot_measure IS NOT NULL OR coalesce(tilted, false)
    OR coalesce(alarms && ARRAY['fire', 'temperature', 'tilt', 'vandal'], false);
COMMENT ON FUNCTION is_word IS 'Whether a level reading tells of the bin, as streets.bins.fill has it: a battery or a threshold alone does not';

CREATE OR REPLACE FUNCTION last_word(device integer, since timestamptz, until timestamptz)
RETURNS timestamptz
LANGUAGE sql STABLE
AS $$
SELECT greatest(
    (
        SELECT observed_at
        FROM level_reading
        WHERE device_id = device AND observed_at >= since AND observed_at <= until
            AND is_word(distance_mm, cannot_measure, tilted, alarms)
        ORDER BY observed_at DESC
        LIMIT 1
    ),
    (
        SELECT observed_at
        FROM count_reading
        WHERE device_id = device AND period_start >= since AND period_start <= until AND observed_at <= until
            AND (people_in IS NOT NULL OR people_out IS NOT NULL OR total_in IS NOT NULL OR fault IS NOT NULL)
        ORDER BY period_start DESC
        LIMIT 1
    )
)
$$;
