-- The last run of each job.
SELECT job, started_at, finished_at, ok, detail
FROM board.job
ORDER BY job
