-- TimescaleDB: intervals in a hypertable, and hourly counts as a continuous aggregate over them that also reads what is not yet
-- materialised. The jobs refresh it (0351).
-- depends: 0420_count_intervals 0351_hours_of_the_jobs

DROP MATERIALIZED VIEW count_hour;

SELECT create_hypertable('count_interval', by_range('start_at', INTERVAL '7 days'), create_default_indexes => false, migrate_data => true);

CREATE MATERIALIZED VIEW count_hour WITH (timescaledb.continuous, timescaledb.materialized_only = false) AS
SELECT
    device_id,
    line,
    time_bucket('1 hour', start_at) AS hour_start,
    sum(people_in) AS people_in,
    sum(people_out) AS people_out,
    sum(people_in) FILTER (WHERE known = 'estimated') AS estimated_in,
    sum(people_out) FILTER (WHERE known = 'estimated') AS estimated_out,
    sum(extract(epoch FROM end_at - start_at)) FILTER (WHERE known IN ('counted', 'from_totals')) AS covered_s,
    sum(extract(epoch FROM end_at - start_at)) FILTER (WHERE known = 'estimated') AS estimated_s,
    sum(extract(epoch FROM end_at - start_at)) FILTER (WHERE known = 'gap') AS gap_s,
    max(why) FILTER (WHERE known = 'gap') AS gap_why
FROM count_interval
GROUP BY device_id, line, time_bucket('1 hour', start_at)
WITH NO DATA;

DO $$
BEGIN
    IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        ALTER MATERIALIZED VIEW count_hour OWNER TO streets_jobs;
    ELSE
        PERFORM add_continuous_aggregate_policy('count_hour', start_offset => INTERVAL '30 days', end_offset => INTERVAL '1 hour', schedule_interval => INTERVAL '30 minutes');
    END IF;
END
$$;

-- What had been materialised is gone with the old aggregate: the jobs do all of it again.
DELETE FROM progress WHERE what = 'hours_refreshed';
