-- Planning in the background: what was asked, how far it is, how it ended.
-- depends: 0561_bin_orders

CREATE TABLE planning_run (
    run_id uuid PRIMARY KEY,
    council text NOT NULL REFERENCES council,
    service_date date NOT NULL,
    kind text NOT NULL CHECK (kind IN ('plan', 'frontier')),
    asked_by text NOT NULL,
    asked_at timestamptz NOT NULL,
    settings jsonb NOT NULL,
    state text NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled', 'interrupted')),
    taken_by uuid NOT NULL,
    heard_at timestamptz NOT NULL,
    begun_at timestamptz,
    share real NOT NULL DEFAULT 0 CHECK (share BETWEEN 0 AND 1),
    visits integer,
    pence double precision,
    cancel_asked_by text,
    ended_at timestamptz,
    message text,
    result jsonb,
    CHECK ((ended_at IS NULL) = (state IN ('queued', 'running')))
);
COMMENT ON TABLE planning_run IS 'One search for a day''s rounds (plan), or for several at different prices of an overflow (frontier). It waits, runs and ends in the process that took the order';
COMMENT ON COLUMN planning_run.settings IS 'What was asked: again (boolean), pence_per_overflow, prices_pence_per_overflow (of a frontier), budget_s; null or not there: as is usual';
COMMENT ON COLUMN planning_run.taken_by IS 'The process, by a name that it drew when it began';
COMMENT ON COLUMN planning_run.heard_at IS 'When that process last said that it is at work; silent for half a minute, its runs count as interrupted';
COMMENT ON COLUMN planning_run.share IS 'How much of the time for searching is over, 0 to 1';
COMMENT ON COLUMN planning_run.visits IS 'Bins that the best plan so far visits; null: none was found yet';
COMMENT ON COLUMN planning_run.pence IS 'Pence of driving and work of the best plan so far, and of what it leaves out';
COMMENT ON COLUMN planning_run.cancel_asked_by IS 'Who asked for it to be cancelled; the process hears of it within seconds';
COMMENT ON COLUMN planning_run.message IS 'Why it did not end well, for a person';
COMMENT ON COLUMN planning_run.result IS 'Of a plan: is_new (boolean), version; of a frontier: its points and what they rest on';
CREATE INDEX planning_run_of_day ON planning_run (council, service_date, asked_at);
CREATE UNIQUE INDEX planning_run_at_work ON planning_run (council, service_date) WHERE state IN ('queued', 'running');

GRANT INSERT, UPDATE ON planning_run TO streets_api;
