-- A device that comes to a counter or leaves it within an hour, beside others, leaves that hour not known: its part was somebody's.
-- depends: 0424_all_devices_speak

CREATE OR REPLACE FUNCTION all_speak(which_counter text, hour timestamptz, speaking bigint) RETURNS integer
LANGUAGE sql STABLE
AS $$
SELECT (count(*) <= speaking)::integer
FROM installation
WHERE installation.counter_id = which_counter
    AND installation.valid_from < hour + INTERVAL '1 hour'
    AND (installation.valid_to IS NULL OR installation.valid_to > hour)
$$;
COMMENT ON FUNCTION all_speak IS '1 where as many devices or lines speak of an hour as stood at the counter in any of it, else 0';
