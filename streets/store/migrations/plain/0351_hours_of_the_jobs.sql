-- Plain PostgreSQL: the hourly counts are worked out when they are asked for.
-- depends: 0350_revisions

CREATE FUNCTION count_hour_refresh() RETURNS text
LANGUAGE sql STABLE
AS $$ SELECT 'nothing_kept' $$;
COMMENT ON FUNCTION count_hour_refresh IS 'Who refreshes the hourly counts: nothing_kept, or on TimescaleDB jobs, or policy';
