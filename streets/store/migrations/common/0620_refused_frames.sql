-- The numbers of refused frames, kept apart from their messages: a storm drops those, and what came must not look lost.
-- depends: 0591_savings_by_history

CREATE TABLE refused_frame (
    device text COLLATE "C" NOT NULL,
    session text COLLATE "C" NOT NULL,
    f_cnt bigint NOT NULL,
    source text COLLATE "C" NOT NULL,
    occurrence bigint NOT NULL,
    observed_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (device, session, f_cnt, source, occurrence)
);
COMMENT ON TABLE refused_frame IS 'Frames with a counter that were refused, each once, however many of its messages are kept in reject; one that a replay keeps moves to uplink';
COMMENT ON COLUMN refused_frame.device IS 'As in reject';
COMMENT ON COLUMN refused_frame.session IS 'As in uplink';
COMMENT ON COLUMN refused_frame.f_cnt IS 'Its frame counter';
COMMENT ON COLUMN refused_frame.source IS 'As in reject';
COMMENT ON COLUMN refused_frame.occurrence IS 'Its time in microseconds since 2000, as a counter may begin again; 0: it told no time that can be true';
COMMENT ON COLUMN refused_frame.observed_at IS 'Time of the frame; where occurrence is 0, when it first came';
COMMENT ON COLUMN refused_frame.received_at IS 'When it first came';

CREATE TABLE refused_frame_day (
    day date NOT NULL,
    source text NOT NULL,
    device text NOT NULL,
    told bigint NOT NULL,
    untold bigint NOT NULL,
    PRIMARY KEY (day, source, device)
);
COMMENT ON TABLE refused_frame_day IS 'Per UTC day of receipt: how many refused frames were kept by number, and how many messages came beyond the bounds of that';
COMMENT ON COLUMN refused_frame_day.device IS 'As in ledger: empty for all strangers together that have no line there';
COMMENT ON COLUMN refused_frame_day.told IS 'Frames put into refused_frame on that day, whatever became of them';
COMMENT ON COLUMN refused_frame_day.untold IS 'Messages with a frame counter that is not kept: so many of the missing frames may have come';

INSERT INTO refused_frame (device, session, f_cnt, source, occurrence, observed_at, received_at)
SELECT DISTINCT ON (device COLLATE "C", session COLLATE "C", f_cnt, source COLLATE "C", 5)
    device, session, f_cnt, source,
    coalesce((extract(epoch FROM observed_at - '2000-01-01Z'::timestamptz) * 1000000)::bigint, 0),
    coalesce(observed_at, first_seen), first_seen
FROM reject
WHERE NOT partial AND device IS NOT NULL AND session IS NOT NULL
    AND coalesce(replay_outcome, '') NOT IN ('stored', 'duplicate')
ORDER BY device COLLATE "C", session COLLATE "C", f_cnt, source COLLATE "C", 5, first_seen;
INSERT INTO refused_frame_day (day, source, device, told, untold)
SELECT (received_at AT TIME ZONE 'UTC')::date, source, device, count(*), 0
FROM refused_frame
GROUP BY 1, source, device;

-- Nobody asks rejects for their counter any more.
DROP INDEX reject_counter;

GRANT SELECT, INSERT, DELETE ON refused_frame TO streets_ingest;
GRANT SELECT, INSERT, UPDATE ON refused_frame_day TO streets_ingest;
REVOKE INSERT, UPDATE ON refused_frame FROM streets_jobs;
REVOKE INSERT, DELETE ON refused_frame_day FROM streets_jobs;
