-- Gaps: stretches in which messages are missing, what was done to fill them, and how it ended.
-- depends: 0004_roles

CREATE TABLE gap (
    gap_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source text NOT NULL,
    council text NOT NULL REFERENCES council,
    why text NOT NULL CHECK (why IN ('outage', 'counter')),
    application text,
    device text,
    session text,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL CHECK (ends_at >= starts_at),
    first_missing bigint,
    last_missing bigint CHECK (last_missing >= first_missing),
    missing bigint CHECK (missing > 0),
    filled bigint NOT NULL DEFAULT 0 CHECK (filled >= 0),
    state text NOT NULL CHECK (state IN ('open', 'filled', 'part_filled', 'beyond_retention', 'not_recoverable')),
    detail text NOT NULL DEFAULT '',
    found_at timestamptz NOT NULL,
    asked integer NOT NULL DEFAULT 0,
    asked_at timestamptz,
    ask_again_at timestamptz NOT NULL,
    CHECK ((why = 'outage') = (application IS NOT NULL AND missing IS NULL)),
    CHECK ((why = 'counter') = (device IS NOT NULL AND session IS NOT NULL AND missing IS NOT NULL AND last_missing IS NOT NULL))
);
COMMENT ON TABLE gap IS 'Stretches in which messages are missing: our listening was interrupted, or a device''s frame counter jumped';
COMMENT ON COLUMN gap.gap_id IS 'Number of the gap, in order of finding';
COMMENT ON COLUMN gap.source IS 'As in uplink: the network whose messages are missing';
COMMENT ON COLUMN gap.council IS 'Whose devices they are';
COMMENT ON COLUMN gap.why IS 'outage: nobody listened; counter: counters are missing between two frames that came';
COMMENT ON COLUMN gap.application IS 'Outages: application@tenant as in the topics of The Things Stack';
COMMENT ON COLUMN gap.device IS 'Counter gaps: as in uplink';
COMMENT ON COLUMN gap.session IS 'Counter gaps: as in uplink';
COMMENT ON COLUMN gap.starts_at IS 'Outage: listened until then; counter gap: time of the last frame before it';
COMMENT ON COLUMN gap.ends_at IS 'Outage: listened again from then; counter gap: time of the first frame after it';
COMMENT ON COLUMN gap.first_missing IS 'Lowest frame counter of the stretch; null for outages';
COMMENT ON COLUMN gap.last_missing IS 'Highest frame counter of the stretch; null for outages';
COMMENT ON COLUMN gap.missing IS 'Frames missing when it was found; null for outages, where nobody knows';
COMMENT ON COLUMN gap.filled IS 'Frames of it that came since: counter gaps by whichever way, outages from the network''s store';
COMMENT ON COLUMN gap.state IS 'open while there is something left to ask; else how it ended';
COMMENT ON COLUMN gap.detail IS 'Why it stands as it does, for a person';
COMMENT ON COLUMN gap.found_at IS 'When it was found';
COMMENT ON COLUMN gap.asked IS 'How often the network''s store answered for the whole of it';
COMMENT ON COLUMN gap.asked_at IS 'When the store was last asked, with or without an answer';
COMMENT ON COLUMN gap.ask_again_at IS 'Not asked before then';
CREATE INDEX gap_of_device ON gap (device, session) WHERE why = 'counter';
CREATE INDEX gap_open ON gap (ask_again_at) WHERE state = 'open';
CREATE INDEX gap_found ON gap (found_at);

CREATE TABLE watched (
    what text PRIMARY KEY,
    until timestamptz NOT NULL
);
COMMENT ON TABLE watched IS 'Until when something was attended to, to go on from there';
COMMENT ON COLUMN watched.what IS 'listening/<broker session>: ingest listened; counters: frame counters were looked at, by time of receipt';
COMMENT ON COLUMN watched.until IS 'Attended to until then';

GRANT SELECT, INSERT, UPDATE ON gap, watched TO streets_ingest;
