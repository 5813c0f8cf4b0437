-- A frame is known by its counter: one index keeps it once, finds what else has its counter, and grows where it grew before.
-- depends: 0002_journey 0004_roles

-- Registered devices are never deleted, and readings do without this check, which was made for each row.
ALTER TABLE uplink DROP CONSTRAINT uplink_device_id_fkey;

ALTER TABLE uplink ADD COLUMN occurrence bigint NOT NULL DEFAULT 0;

-- What was kept under a hash gets the key under which it would be kept today, so that it is known when it comes again.
UPDATE uplink SET session = frame_key::text WHERE source = 'phone';
UPDATE uplink SET occurrence = told.occurrence
FROM (
    SELECT frame_key,
        CASE
            WHEN source = 'direct' AND own_turn = 1 THEN own_us
            WHEN source = 'direct' THEN max(own_us) OVER counter + turn
            WHEN is_frame OR source = 'phone' THEN turn - 1
            ELSE - turn
        END AS occurrence
    FROM (
        SELECT frame_key, device, session, f_cnt, source, kind IN ('up', 'mac') AS is_frame,
            (extract(epoch FROM observed_at - '2000-01-01Z'::timestamptz) * 1000000)::bigint AS own_us,
            row_number() OVER (PARTITION BY device, session, f_cnt, source, observed_at ORDER BY received_at, frame_key) AS own_turn,
            row_number() OVER (PARTITION BY device, session, f_cnt, source, kind IN ('up', 'mac') ORDER BY received_at, frame_key)
                AS turn
        FROM uplink
    ) AS numbered
    WINDOW counter AS (PARTITION BY device, session, f_cnt, source)
) AS told
WHERE told.frame_key = uplink.frame_key AND told.occurrence <> 0;

DROP INDEX uplink_counter;
ALTER TABLE uplink DROP COLUMN frame_key;
CREATE UNIQUE INDEX uplink_frame
    ON uplink (device COLLATE "C", session COLLATE "C", f_cnt, source COLLATE "C", occurrence);
COMMENT ON INDEX uplink_frame IS 'Identity of a frame; a query that looks up by it must say COLLATE "C" too';
COMMENT ON COLUMN uplink.occurrence IS 'Which frame of this counter: 0 the first kept, 1, 2 … those kept beside it (the counter began again, or other bytes); direct devices: their own time in microseconds since 2000, as their counter may begin again at any time; below 0: the network''s own events, which have no counter';
COMMENT ON COLUMN uplink.session IS 'The Things Stack: session_key_id; ChirpStack: the device''s address, drawn anew at each join; LORIOT: the UTC day; phones: the event''s key; direct devices: empty';
