-- Refused frames by their counter: whether a counter is missing is asked of rejects too.
-- depends: 0320_rejects

CREATE INDEX reject_counter ON reject (device, session, f_cnt) WHERE session IS NOT NULL AND NOT partial;
