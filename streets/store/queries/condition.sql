-- name: condition_server()^
-- The server, its clock, and the version of TimescaleDB where the database has it.
SELECT
    current_setting('server_version') AS server_version,
    clock_timestamp() AS database_time,
    (SELECT extversion FROM pg_extension WHERE extname = 'timescaledb') AS timescale_version;

-- name: condition_roles(roles)
-- Which of these roles there are, and whether the user may act as each.
SELECT
    wanted.role,
    (SELECT pg_has_role(current_user, rolname, 'MEMBER') FROM pg_roles WHERE rolname = wanted.role) AS usable
FROM unnest(:roles::text[]) AS wanted(role)
ORDER BY wanted.role;

-- name: condition_policies()
-- How the background jobs of TimescaleDB last went: its own where they have run, an operator's (from 1000 on) also where they never did.
SELECT
    jobs.application_name AS name,
    coalesce(stats.last_run_status, 'Never ran') AS status,
    stats.total_failures AS failures
FROM timescaledb_information.job_stats AS stats
JOIN timescaledb_information.jobs AS jobs USING (job_id)
WHERE stats.last_run_status IS NOT NULL OR jobs.job_id >= 1000
ORDER BY jobs.application_name;
