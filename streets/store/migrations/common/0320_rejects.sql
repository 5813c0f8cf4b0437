-- Rejects within bounds: what of each line of rejects is kept and what is only counted; and replays that officers ask for.
-- depends: 0004_roles 0200_board

ALTER TABLE reject
    ADD COLUMN day date,
    ADD COLUMN speaker text,
    ADD COLUMN size_bytes integer,
    ADD COLUMN replayed_times integer NOT NULL DEFAULT 0;
-- Until now a message that came on several days was one reject, of which a replay moved one message in the ledger: so it stays.
UPDATE reject SET
    day = (first_seen AT TIME ZONE 'UTC')::date,
    speaker = coalesce(device, left(topic, 200)),
    council = CASE WHEN topic LIKE 'streets/v1/%' THEN split_part(topic, '/', 3) END,
    size_bytes = 500 + length(raw) + octet_length(topic) + octet_length(detail),
    replayed_times = CASE
        WHEN partial AND replay_outcome IN ('stored', 'duplicate') THEN times
        WHEN replay_outcome IN ('stored', 'duplicate') THEN 1
        WHEN (last_seen AT TIME ZONE 'UTC')::date > (first_seen AT TIME ZONE 'UTC')::date THEN times - 1
        ELSE 0
    END;
ALTER TABLE reject
    ALTER COLUMN day SET NOT NULL,
    ALTER COLUMN speaker SET NOT NULL,
    ALTER COLUMN size_bytes SET NOT NULL;
COMMENT ON COLUMN reject.reject_key IS 'Hash of UTC day, reason, topic, message and the uplink''s place in it: the same again on that day counts up `times`';
COMMENT ON COLUMN reject.council IS 'The council that the topic names, of topics streets/v1/…; other messages belong to whom their device belongs';
COMMENT ON COLUMN reject.day IS 'UTC day on which it came';
COMMENT ON COLUMN reject.speaker IS 'The device; where the message did not say, the topic, its first 200 letters';
COMMENT ON COLUMN reject.size_bytes IS 'What it counts against the bounds: 500 bytes for the row, and its raw bytes, topic and detail';
COMMENT ON COLUMN reject.replayed_times IS 'How many of `times` a replay has kept, and moved in the ledger from rejected to stored and duplicate';
CREATE INDEX reject_open ON reject (reason, speaker, first_seen) WHERE replayed_times < times;

CREATE TABLE reject_line (
    day date NOT NULL,
    source text NOT NULL,
    speaker text NOT NULL,
    reason text NOT NULL,
    device text,
    council text,
    refused bigint NOT NULL,
    replayed bigint NOT NULL,
    kept bigint NOT NULL,
    kept_bytes bigint NOT NULL,
    unkept bigint NOT NULL,
    first_seen timestamptz NOT NULL,
    last_seen timestamptz NOT NULL,
    PRIMARY KEY (day, source, speaker, reason)
);
COMMENT ON TABLE reject_line IS 'Rejects of one speaker for one reason on one UTC day: refused = replayed + unkept + what can be replayed of those kept';
COMMENT ON COLUMN reject_line.speaker IS 'As in reject; empty: all those together that came when the bounds of their day were full';
COMMENT ON COLUMN reject_line.device IS 'As in reject';
COMMENT ON COLUMN reject_line.council IS 'As in reject';
COMMENT ON COLUMN reject_line.refused IS 'Messages refused, whole or in part, repeated ones too';
COMMENT ON COLUMN reject_line.replayed IS 'Messages of those that a replay has kept';
COMMENT ON COLUMN reject_line.kept IS 'Rows in reject';
COMMENT ON COLUMN reject_line.kept_bytes IS 'Bytes that those rows count against the bounds';
COMMENT ON COLUMN reject_line.unkept IS 'Messages counted without their bytes: they came beyond the bounds, or gave way to newer ones; no replay can bring them';

CREATE TABLE reject_day (
    day date NOT NULL,
    source text NOT NULL,
    reason text NOT NULL,
    refused bigint NOT NULL,
    kept bigint NOT NULL,
    kept_bytes bigint NOT NULL,
    unkept bigint NOT NULL,
    PRIMARY KEY (day, source, reason)
);
COMMENT ON TABLE reject_day IS 'The lines of a UTC day together, by source and reason; kept for good, so that their sums only grow';
COMMENT ON COLUMN reject_day.refused IS 'Messages, as in reject_line';
COMMENT ON COLUMN reject_day.kept IS 'Rows in reject';
COMMENT ON COLUMN reject_day.kept_bytes IS 'Bytes that those rows count against the bounds';
COMMENT ON COLUMN reject_day.unkept IS 'Messages, as in reject_line';

INSERT INTO reject_line
SELECT day, source, speaker, reason, min(device), min(council), sum(times), sum(replayed_times), count(*), sum(size_bytes), 0,
    min(first_seen), max(last_seen)
FROM reject
GROUP BY day, source, speaker, reason;
INSERT INTO reject_day
SELECT day, source, reason, sum(refused), sum(kept), sum(kept_bytes), 0
FROM reject_line
GROUP BY day, source, reason;

GRANT SELECT, INSERT, UPDATE ON reject_line, reject_day TO streets_ingest;

CREATE FUNCTION council_of_reject(topic_council text, of_device text) RETURNS text
LANGUAGE sql STABLE
RETURN coalesce(
    topic_council,
    (SELECT device.council FROM device WHERE device.device = of_device),
    (SELECT min(council.council) FROM council HAVING count(*) = 1)
);
COMMENT ON FUNCTION council_of_reject IS 'Whose officers see a reject: the topic''s council, the registered device''s, or the only one there is; null: nobody can tell';

CREATE TABLE replay_request (
    request_id uuid PRIMARY KEY,
    council text NOT NULL REFERENCES council,
    reject_key uuid,
    reason text,
    speaker text,
    asked_at timestamptz NOT NULL,
    asked_by text NOT NULL,
    tried integer NOT NULL DEFAULT 0,
    kept integer NOT NULL DEFAULT 0,
    tried_seen timestamptz,
    tried_key uuid,
    finished_at timestamptz,
    CHECK (num_nonnulls(reject_key, reason) = 1)
);
COMMENT ON TABLE replay_request IS 'Replays that officers ask for: the API writes down what to try again, ingest does it and writes down what became of it';
COMMENT ON COLUMN replay_request.council IS 'Only rejects that this council''s officers see are tried';
COMMENT ON COLUMN replay_request.reject_key IS 'The one reject to try; null: all of `reason`, and of `speaker` where it is given';
COMMENT ON COLUMN replay_request.asked_by IS 'Subject of the officer''s token';
COMMENT ON COLUMN replay_request.tried IS 'Rejects tried so far';
COMMENT ON COLUMN replay_request.kept IS 'Rejects of those that are kept now';
COMMENT ON COLUMN replay_request.tried_seen IS 'first_seen of the last reject tried, oldest first; tried_key its key';
CREATE INDEX replay_request_open ON replay_request (asked_at) WHERE finished_at IS NULL;
CREATE INDEX replay_request_of_council ON replay_request (council, asked_at);

GRANT INSERT (request_id, council, reject_key, reason, speaker, asked_at, asked_by) ON replay_request TO streets_api;
GRANT SELECT, UPDATE (tried, kept, tried_seen, tried_key, finished_at) ON replay_request TO streets_ingest;

CREATE OR REPLACE VIEW board.reject AS
SELECT reason, source, sum(refused - replayed)::bigint AS times, max(last_seen) AS last_seen
FROM reject_line
WHERE refused > replayed
GROUP BY reason, source;
COMMENT ON VIEW board.reject IS 'Why messages were not understood, as far as no replay has kept them since';
