-- Clouds of counters that are asked: how far each post was read, what was said last of each interval, and how the asking went.
-- depends: 0410_installation_records

CREATE TABLE cloud_account (
    account text PRIMARY KEY,
    council text NOT NULL,
    cloud text NOT NULL,
    good_at timestamptz,
    failed_at timestamptz,
    fault_kind text CHECK (fault_kind IN ('away', 'limited', 'key', 'refused', 'garbled')),
    fault text
);
COMMENT ON TABLE cloud_account IS 'The accounts of STREETS_CLOUDS_FILE that were asked, and how the last asking went; keys are never here';
COMMENT ON COLUMN cloud_account.account IS 'As in the file';
COMMENT ON COLUMN cloud_account.cloud IS 'vivacity, telraam';
COMMENT ON COLUMN cloud_account.good_at IS 'When it last answered all that it was asked; null: never yet';
COMMENT ON COLUMN cloud_account.failed_at IS 'When it last did not; null: never yet';
COMMENT ON COLUMN cloud_account.fault_kind IS 'Why not, the last time: away, limited (asked too often), key (refused), refused (the question), garbled (the answer); null: it answered since';
COMMENT ON COLUMN cloud_account.fault IS 'The same for a person';

CREATE TABLE cloud_fault (
    account text NOT NULL,
    kind text NOT NULL,
    times bigint NOT NULL,
    PRIMARY KEY (account, kind)
);
COMMENT ON TABLE cloud_fault IS 'How often each account did not answer, by kind of fault as in cloud_account';
COMMENT ON COLUMN cloud_fault.times IS 'Askings';

CREATE TABLE cloud_post (
    account text NOT NULL,
    post text NOT NULL,
    read_until timestamptz NOT NULL,
    PRIMARY KEY (account, post)
);
COMMENT ON TABLE cloud_post IS 'How far the countlines and segments of accounts were read';
COMMENT ON COLUMN cloud_post.post IS 'The cloud''s own name of the countline or segment';
COMMENT ON COLUMN cloud_post.read_until IS 'The cloud has answered for all intervals until then, if only that it knows nothing';

CREATE TABLE cloud_told (
    account text NOT NULL,
    post text NOT NULL,
    since timestamptz NOT NULL,
    words uuid NOT NULL,
    PRIMARY KEY (account, post, since)
);
COMMENT ON TABLE cloud_told IS 'What a cloud said last of each interval that it may still correct: the same again is not taken again';
COMMENT ON COLUMN cloud_told.since IS 'Beginning of the interval';
COMMENT ON COLUMN cloud_told.words IS 'Hash of its words';

GRANT SELECT, INSERT, UPDATE ON cloud_account, cloud_fault, cloud_post TO streets_ingest;
GRANT SELECT, INSERT, UPDATE, DELETE ON cloud_told TO streets_ingest;
-- Jobs only delete accounts that were not asked for long.
REVOKE INSERT, UPDATE, DELETE ON cloud_post, cloud_told FROM streets_jobs;
REVOKE INSERT, UPDATE ON cloud_account, cloud_fault FROM streets_jobs;

-- Of what clouds correct, the count alone; what they had said before stays in uplink.
GRANT UPDATE (observed_at, received_at, period_s, people_in, people_out, fault) ON count_reading TO streets_ingest, streets_mender;
COMMENT ON COLUMN count_reading.content IS 'CRC-32 of the counts: the same counts of the same period are one reading, told live and again from the device''s memory. 0: told by a cloud, which may correct it; of a period the last that it told holds';
COMMENT ON COLUMN gap.application IS 'Outages: application@tenant as in the topics of The Things Stack, or the account with a cloud';
COMMENT ON COLUMN uplink.source IS 'tts, chirpstack, loriot, direct, cloud, phone: who speaks, not by which way it came';
COMMENT ON COLUMN uplink.note IS 'What of the frame was refused, or flagged: counter_conflict, counter_reset; revised: a cloud corrected itself';
