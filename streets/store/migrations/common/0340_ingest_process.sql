-- What each ingest process last said of itself, for /metrics, /readyz and `streets doctor`; and how often each job ran and failed.
-- depends: 0202_footfall

CREATE TABLE ingest_process (
    process text PRIMARY KEY,
    began_at timestamptz NOT NULL,
    noted_at timestamptz NOT NULL,
    ended boolean NOT NULL,
    connected boolean NOT NULL,
    in_hand integer NOT NULL,
    oldest_in_hand_s real NOT NULL,
    turn_age_s real,
    lag_s real,
    caught_up_at timestamptz,
    exposition text NOT NULL
);
COMMENT ON TABLE ingest_process IS 'What each ingest process last said of itself, every few seconds while it runs';
COMMENT ON COLUMN ingest_process.process IS 'The name of its session with the broker';
COMMENT ON COLUMN ingest_process.began_at IS 'When the process began';
COMMENT ON COLUMN ingest_process.noted_at IS 'When it said so, by its own clock';
COMMENT ON COLUMN ingest_process.ended IS 'It was told to stop, and has stopped';
COMMENT ON COLUMN ingest_process.connected IS 'The broker has let it read every topic';
COMMENT ON COLUMN ingest_process.in_hand IS 'Messages taken from the broker and not acknowledged yet';
COMMENT ON COLUMN ingest_process.oldest_in_hand_s IS 'Age of the oldest of them, seconds; 0: there is none';
COMMENT ON COLUMN ingest_process.turn_age_s IS 'Since it last looked at the broker, seconds; null: not yet';
COMMENT ON COLUMN ingest_process.lag_s IS 'Age of the freshest frame of its last batch when that was committed, seconds; null: not known';
COMMENT ON COLUMN ingest_process.caught_up_at IS 'When it last had nothing in hand and the broker nothing more; null: never yet';
COMMENT ON COLUMN ingest_process.exposition IS 'All its figures, in the text format of Prometheus';

GRANT SELECT, INSERT, UPDATE ON ingest_process TO streets_ingest;
-- Jobs only delete what has long been silent.
REVOKE INSERT, UPDATE ON ingest_process FROM streets_jobs;

ALTER TABLE job_run ADD COLUMN runs bigint NOT NULL DEFAULT 0, ADD COLUMN failures bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN job_run.runs IS 'How often the job ran, well or not';
COMMENT ON COLUMN job_run.failures IS 'How often it failed';
