-- The jobs refresh the hourly counts themselves: two refreshes at once may leave a gap (timescaledb issue 10219), and in PostgreSQL
-- 15.20 TimescaleDB's background jobs fail. Only an owner may refresh, and only a superuser may give a continuous aggregate away:
-- migrated by anyone else, the aggregate keeps its owner and its policy, and `streets doctor` says so.
-- depends: 0350_revisions

DO $$
BEGIN
    IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        PERFORM remove_continuous_aggregate_policy('count_hour', if_exists => true);
        ALTER MATERIALIZED VIEW count_hour OWNER TO streets_jobs;
    END IF;
END
$$;

CREATE FUNCTION count_hour_refresh() RETURNS text
LANGUAGE sql STABLE
AS $$
SELECT CASE WHEN relowner::regrole::text = 'streets_jobs' THEN 'jobs' ELSE 'policy' END
FROM pg_class
WHERE oid = 'count_hour'::regclass
$$;
COMMENT ON FUNCTION count_hour_refresh IS 'Who refreshes the hourly counts: jobs, or policy; without TimescaleDB nothing_kept';
