-- TimescaleDB: hypertables, and hourly counts as a continuous aggregate that also reads what is not yet materialised.
-- depends: 0004_roles

CREATE EXTENSION IF NOT EXISTS timescaledb;

SELECT create_hypertable('level_reading', by_range('observed_at', INTERVAL '7 days'), create_default_indexes => false);

SELECT create_hypertable('count_reading', by_range('period_start', INTERVAL '7 days'), create_default_indexes => false);

SELECT create_hypertable('bin_fill', by_range('observed_at', INTERVAL '30 days'), create_default_indexes => false);

CREATE MATERIALIZED VIEW count_hour WITH (timescaledb.continuous, timescaledb.materialized_only = false) AS
SELECT
    device_id,
    line,
    time_bucket('1 hour', period_start) AS hour_start,
    sum(people_in) FILTER (WHERE fault IS NULL) AS people_in,
    sum(people_out) FILTER (WHERE fault IS NULL) AS people_out,
    sum(period_s) FILTER (WHERE people_in IS NOT NULL AND fault IS NULL) AS covered_s
FROM count_reading
GROUP BY device_id, line, time_bucket('1 hour', period_start)
WITH NO DATA;

SELECT add_continuous_aggregate_policy('count_hour', start_offset => INTERVAL '30 days', end_offset => INTERVAL '1 hour', schedule_interval => INTERVAL '30 minutes');
