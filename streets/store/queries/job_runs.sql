-- name: job_runs_begun()
-- When each job last began.
SELECT job, started_at FROM job_run;

-- name: job_claim(job)^
-- Claim a job for this transaction; false where another process is at it.
SELECT pg_try_advisory_xact_lock(hashtext('streets job'), hashtext(:job));

-- name: job_run_noted(job, started_at, finished_at, ok, detail)!
-- Keep how the last run of a job went, and count it.
INSERT INTO job_run (job, started_at, finished_at, ok, detail, runs, failures)
VALUES (:job, :started_at, :finished_at, :ok, :detail, 1, (:ok::boolean IS FALSE)::integer)
ON CONFLICT (job) DO UPDATE SET
    started_at = excluded.started_at,
    finished_at = excluded.finished_at,
    ok = excluded.ok,
    detail = excluded.detail,
    runs = job_run.runs + excluded.runs,
    failures = job_run.failures + excluded.failures;

-- name: job_runs_listed()
-- The last run of each job.
SELECT job, started_at, finished_at, ok, detail, runs, failures FROM job_run ORDER BY job;
