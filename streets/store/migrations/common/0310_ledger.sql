-- The ledger in full: why messages were refused, and what the devices' own frame counters say was sent.
-- depends: 0004_roles 0200_board

CREATE TABLE ledger_reason (
    day date NOT NULL,
    source text NOT NULL,
    device text NOT NULL,
    reason text NOT NULL,
    rejected bigint NOT NULL,
    PRIMARY KEY (day, source, device, reason)
);
COMMENT ON TABLE ledger_reason IS 'Messages refused per UTC day of receipt, by reason: they add up to ledger.rejected';
COMMENT ON COLUMN ledger_reason.device IS 'As in ledger: empty where the message did not say';
COMMENT ON COLUMN ledger_reason.reason IS 'As in reject.reason; not_recorded: refused before reasons were counted';
COMMENT ON COLUMN ledger_reason.rejected IS 'Messages';
INSERT INTO ledger_reason SELECT day, source, device, 'not_recorded', rejected FROM ledger WHERE rejected > 0;

CREATE TABLE frame_day (
    source text NOT NULL,
    device text NOT NULL,
    day date NOT NULL,
    heard bigint NOT NULL,
    missing bigint NOT NULL,
    last_session text,
    last_f_cnt bigint,
    last_at timestamptz,
    PRIMARY KEY (source, device, day)
);
COMMENT ON TABLE frame_day IS 'Frames per UTC day on which they were sent, by the devices'' own counters; kept when the raw frames are not';
COMMENT ON COLUMN frame_day.heard IS 'Frames of this day that came, on that day or later, stored or refused';
COMMENT ON COLUMN frame_day.missing IS 'Frames of this day that never came: sent = heard + missing';
COMMENT ON COLUMN frame_day.last_session IS 'Session of the last frame of the day; null: none was heard';
COMMENT ON COLUMN frame_day.last_f_cnt IS 'Its frame counter: the next day counts on from it';
COMMENT ON COLUMN frame_day.last_at IS 'When it was observed';
CREATE INDEX frame_day_of_day ON frame_day (day);

CREATE TABLE ledger_counted (
    day date NOT NULL,
    source text NOT NULL,
    device text NOT NULL,
    stored bigint NOT NULL,
    rejected bigint NOT NULL,
    PRIMARY KEY (day, source, device)
);
COMMENT ON TABLE ledger_counted IS 'The ledger''s lines as they were when frame_day was last worked out; where they differ there is more to count';
COMMENT ON COLUMN ledger_counted.stored IS 'ledger.stored at that time';
COMMENT ON COLUMN ledger_counted.rejected IS 'ledger.rejected at that time';

CREATE TABLE raw_kept (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    since timestamptz NOT NULL
);
COMMENT ON TABLE raw_kept IS 'One row once raw frames have been deleted';
COMMENT ON COLUMN raw_kept.since IS 'Raw frames received before this time have been deleted, and none later';

GRANT SELECT, INSERT, UPDATE ON ledger_reason TO streets_ingest;

CREATE VIEW board.ledger_reason AS
SELECT day, source, reason, sum(rejected)::bigint AS rejected
FROM ledger_reason
GROUP BY day, source, reason
HAVING sum(rejected) > 0;
COMMENT ON VIEW board.ledger_reason IS 'Messages refused per UTC day of receipt, network and reason';

CREATE VIEW board.frame_day AS
SELECT day, source, sum(heard + missing)::bigint AS sent, sum(heard)::bigint AS heard, sum(missing)::bigint AS missing
FROM frame_day
GROUP BY day, source;
COMMENT ON VIEW board.frame_day IS 'Frames per UTC day on which they were sent, by the devices'' own counters: sent = heard + missing';
