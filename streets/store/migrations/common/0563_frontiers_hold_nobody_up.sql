-- A frontier puts nothing into force: while it is drawn, a crew's day may be planned all the same.
-- depends: 0562_planning_runs

DROP INDEX planning_run_at_work;
CREATE UNIQUE INDEX planning_run_at_work ON planning_run (council, service_date, kind) WHERE state IN ('queued', 'running');
