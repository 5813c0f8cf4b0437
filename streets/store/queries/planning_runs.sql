-- name: planning_run(council, run_id, alive_since)^
-- A run as it stands; one whose process has been silent counts as interrupted.
SELECT run_id, council, service_date, kind, asked_by, asked_at, settings, begun_at, share, visits, pence, cancel_asked_by, ended_at,
    message, reason, figures, result,
    CASE WHEN ended_at IS NULL AND heard_at < :alive_since THEN 'interrupted' ELSE state END AS state
FROM planning_run
WHERE council = :council AND run_id = :run_id;

-- name: planning_runs(council, from_date, until_date, alive_since)
-- The runs for the days from one to another, both included, the newest first.
SELECT run_id, council, service_date, kind, asked_by, asked_at, settings, begun_at, share, visits, pence, cancel_asked_by, ended_at,
    message, reason, figures, result,
    CASE WHEN ended_at IS NULL AND heard_at < :alive_since THEN 'interrupted' ELSE state END AS state
FROM planning_run
WHERE council = :council AND service_date BETWEEN :from_date AND :until_date
ORDER BY asked_at DESC, run_id;

-- name: end_silent_planning_runs(council, alive_since, at)!
-- Runs whose process has been silent make room for new ones.
UPDATE planning_run SET state = 'interrupted', ended_at = :at
WHERE council = :council AND ended_at IS NULL AND heard_at < :alive_since;

-- name: add_planning_run(run_id, council, service_date, kind, asked_by, at, settings, taken_by)!
-- Keep an order of planning, unless one of its kind for the same council and day is at work.
INSERT INTO planning_run (run_id, council, service_date, kind, asked_by, asked_at, settings, state, taken_by, heard_at)
VALUES (:run_id, :council, :service_date, :kind, :asked_by, :at, :settings, 'queued', :taken_by, :at)
ON CONFLICT (council, service_date, kind) WHERE state IN ('queued', 'running') DO NOTHING;

-- name: begin_planning_run(run_id, at)!
-- A run that waited begins; one that was cancelled meanwhile does not.
UPDATE planning_run SET state = 'running', begun_at = :at, heard_at = :at WHERE run_id = :run_id AND state = 'queued';

-- name: beat_of_planning(run_id, taken_by, at)!
-- A process says that it is at work: for the run that it carries out, and for those that wait for it.
UPDATE planning_run SET heard_at = :at WHERE taken_by = :taken_by AND (state = 'queued' OR (run_id = :run_id AND state = 'running'));

-- name: note_planning_run(run_id, share, visits, pence)^
-- Note how far a run is that has not ended, and learn whether it is to go on.
UPDATE planning_run SET share = :share, visits = :visits, pence = :pence
WHERE run_id = :run_id AND ended_at IS NULL
RETURNING state = 'running' AS goes_on;

-- name: hold_planning_run(run_id)^
-- Hold a run until this transaction ends, so that nobody cancels it or takes it for dead meanwhile; learn whether it is to go on.
SELECT state = 'running' AS goes_on FROM planning_run WHERE run_id = :run_id FOR UPDATE;

-- name: cancel_planning_run(council, run_id, by, at)!
-- Cancel a run: it has ended, and makes room for another, whenever its search looks up; nothing that is found after it is kept.
UPDATE planning_run SET cancel_asked_by = :by, state = 'cancelled', ended_at = :at
WHERE council = :council AND run_id = :run_id AND ended_at IS NULL;

-- name: end_planning_run(run_id, state, at, message, reason, figures, result)!
-- A run has ended, so or so.
UPDATE planning_run SET state = :state, ended_at = :at, message = :message, reason = :reason, figures = :figures,
    result = :result, share = CASE WHEN :state = 'done' THEN 1 ELSE share END
WHERE run_id = :run_id AND ended_at IS NULL;

-- name: forget_failed_planning_runs(council, service_date, asked_by)!
-- Of what somebody asks again and again in vain, only the last time is kept.
DELETE FROM planning_run
WHERE council = :council AND service_date = :service_date AND asked_by = :asked_by AND state = 'failed';
