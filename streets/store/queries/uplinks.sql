-- name: copy_uplink()!
-- Frames, straight into the table.
COPY uplink (device, session, f_cnt, source, occurrence, kind, f_port, payload, observed_at, time_source, received_at, device_id,
    readings, note) FROM STDIN (FORMAT binary);

-- name: stage_uplink()!
-- Room for a batch of frames of which some are stored already.
CREATE TEMPORARY TABLE staged_uplink ON COMMIT DROP AS
SELECT device, session, f_cnt, source, occurrence, kind, f_port, payload, observed_at, time_source, received_at, device_id,
    readings, note
FROM uplink
WITH NO DATA;

-- name: copy_staged_uplink()!
-- Frames into their staging room.
COPY staged_uplink (device, session, f_cnt, source, occurrence, kind, f_port, payload, observed_at, time_source, received_at,
    device_id, readings, note) FROM STDIN (FORMAT binary);

-- name: keep_staged_uplink()
-- Those staged frames whose counter is not taken, in the order of copying: two writers wait for each other, and never in a ring.
INSERT INTO uplink (device, session, f_cnt, source, occurrence, kind, f_port, payload, observed_at, time_source, received_at,
    device_id, readings, note)
SELECT device, session, f_cnt, source, occurrence, kind, f_port, payload, observed_at, time_source, received_at, device_id,
    readings, note
FROM staged_uplink
ORDER BY staged_uplink.ctid
ON CONFLICT DO NOTHING
RETURNING device, session, f_cnt, source, occurrence;

-- name: staged_beside_kept(copies_within)
-- Those staged frames whose counter is kept with other bytes only, or with these at another time: what they are must be asked.
-- OFFSET 0 keeps it a look-up per frame (a LIMIT is dropped in EXISTS): joined, a table without statistics is read over and over.
SELECT device, session, f_cnt, source, occurrence
FROM staged_uplink AS staged
WHERE kind IN ('up', 'mac')
    AND NOT EXISTS (
        SELECT
        FROM uplink AS kept
        WHERE kept.device COLLATE "C" = staged.device
            AND kept.session COLLATE "C" = staged.session
            AND kept.f_cnt = staged.f_cnt
            AND kept.source COLLATE "C" = staged.source
            AND kept.f_port IS NOT DISTINCT FROM staged.f_port
            AND kept.payload = staged.payload
            AND ('received' IN (kept.time_source, staged.time_source)
                OR kept.observed_at BETWEEN staged.observed_at - :copies_within AND staged.observed_at + :copies_within)
        OFFSET 0
    )
ORDER BY observed_at, device, session, f_cnt, source, occurrence;

-- name: lock_counter(device, session, f_cnt, source)!
-- One writer at a time decides about the frames of one counter.
SELECT
FROM uplink
WHERE device COLLATE "C" = :device AND session COLLATE "C" = :session AND f_cnt = :f_cnt AND source COLLATE "C" = :source
ORDER BY occurrence
FOR UPDATE;

-- name: keep_beside(device, session, f_cnt, source, kind, f_port, payload, observed_at, time_source, received_at, device_id, readings, note, copies_within)!
-- One more frame of a counter that is taken, unless it is a copy of a kept one. The same bytes are another frame only if the
-- counter fell in between: the session came to another counter at a time between the two.
INSERT INTO uplink (device, session, f_cnt, source, occurrence, kind, f_port, payload, observed_at, time_source, received_at,
    device_id, readings, note)
SELECT :device, :session, :f_cnt, :source, greatest(max(kept.occurrence), 0) + 1, :kind, :f_port, :payload, :observed_at,
    :time_source, :received_at, :device_id, :readings, :note
FROM uplink AS kept
WHERE kept.device COLLATE "C" = :device
    AND kept.session COLLATE "C" = :session
    AND kept.f_cnt = :f_cnt
    AND kept.source COLLATE "C" = :source
HAVING NOT coalesce(bool_or(
    kept.f_port IS NOT DISTINCT FROM :f_port
    AND kept.payload = :payload
    AND (kept.source <> 'direct' OR kept.observed_at = :observed_at)
    AND ('received' IN (kept.time_source, :time_source)
        OR kept.observed_at BETWEEN :observed_at - :copies_within AND :observed_at + :copies_within
        OR NOT EXISTS (
            SELECT
            FROM (
                SELECT device, session, f_cnt, source, observed_at FROM uplink WHERE kind IN ('up', 'mac')
                UNION ALL
                SELECT device, session, f_cnt, source, observed_at FROM doubtful_copy
            ) AS other
            WHERE other.device COLLATE "C" = :device
                AND other.session COLLATE "C" = :session
                AND other.f_cnt <> :f_cnt
                AND other.source COLLATE "C" = :source
                AND other.observed_at > least(kept.observed_at, :observed_at)
                AND other.observed_at < greatest(kept.observed_at, :observed_at)
        ))
), false);

-- name: flag_counter(device, session, f_cnt, source)!
-- Notes on each frame of a counter but the earliest why there are several: counter_reset where another counter came in between,
-- else counter_conflict.
UPDATE uplink SET note = concat_ws('; ', note, flag)
FROM (
    SELECT occurrence AS of_occurrence,
        CASE
            WHEN EXISTS (
                SELECT
                FROM uplink AS other
                WHERE other.device COLLATE "C" = :device
                    AND other.session COLLATE "C" = :session
                    AND other.f_cnt <> :f_cnt
                    AND other.source COLLATE "C" = :source
                    AND other.kind IN ('up', 'mac')
                    AND other.observed_at > since
                    AND other.observed_at < until
            ) THEN 'counter_reset'
            ELSE 'counter_conflict'
        END AS flag
    FROM (
        SELECT occurrence,
            lag(observed_at) OVER (
                PARTITION BY CASE source WHEN 'direct' THEN observed_at END ORDER BY observed_at, occurrence
            ) AS since,
            observed_at AS until
        FROM uplink
        WHERE device COLLATE "C" = :device AND session COLLATE "C" = :session AND f_cnt = :f_cnt AND source COLLATE "C" = :source
            AND kind IN ('up', 'mac')
    ) AS turn
    WHERE since IS NOT NULL
) AS flagged
WHERE device COLLATE "C" = :device AND session COLLATE "C" = :session AND f_cnt = :f_cnt AND source COLLATE "C" = :source
    AND occurrence = of_occurrence
    AND strpos(coalesce(note, ''), 'counter_') = 0;

-- name: doubt_copy(device, session, f_cnt, source, kind, f_port, payload, observed_at, time_source, received_at, device_id, readings, note, copies_within, most)!
-- Remembers a copy whose time is another than that of each kept frame with its bytes; of one counter no more than `most`.
INSERT INTO doubtful_copy (device, session, f_cnt, source, kind, f_port, payload, observed_at, time_source, received_at, device_id,
    readings, note)
SELECT :device, :session, :f_cnt, :source, :kind, :f_port, :payload, :observed_at, :time_source, :received_at, :device_id,
    :readings, :note
WHERE NOT EXISTS (
        SELECT
        FROM uplink AS kept
        WHERE kept.device COLLATE "C" = :device
            AND kept.session COLLATE "C" = :session
            AND kept.f_cnt = :f_cnt
            AND kept.source COLLATE "C" = :source
            AND kept.f_port IS NOT DISTINCT FROM :f_port
            AND kept.payload = :payload
            AND ('received' IN (kept.time_source, :time_source)
                OR kept.observed_at BETWEEN :observed_at - :copies_within AND :observed_at + :copies_within)
    )
    AND :most > (
        SELECT count(*)
        FROM doubtful_copy AS other
        WHERE other.device COLLATE "C" = :device
            AND other.session COLLATE "C" = :session
            AND other.f_cnt = :f_cnt
            AND other.source COLLATE "C" = :source
    )
ON CONFLICT DO NOTHING;

-- name: any_doubtful_copy()^
-- Whether any copy is in doubt.
SELECT EXISTS (SELECT FROM doubtful_copy);

-- name: doubtful_copies_around(devices, sessions, sources, firsts, lasts)
-- The copies in doubt of these sessions, with the two times between which another counter must lie: their own and that of a kept
-- frame of their counter; where those two hold some of the session's stretch of time. OFFSET 0 keeps it a look-up per copy.
SELECT copy.device, copy.session, copy.f_cnt, copy.source, 0 AS occurrence, copy.kind, copy.f_port, copy.payload,
    copy.observed_at, copy.time_source, copy.received_at, copy.device_id, copy.readings, copy.note,
    least(kept.observed_at, copy.observed_at) AS since, greatest(kept.observed_at, copy.observed_at) AS until
FROM unnest(:devices::text[], :sessions::text[], :sources::text[], :firsts::timestamptz[], :lasts::timestamptz[])
    AS came(device, session, source, first, last)
JOIN doubtful_copy AS copy
    ON copy.device COLLATE "C" = came.device
    AND copy.session COLLATE "C" = came.session
    AND copy.source COLLATE "C" = came.source
CROSS JOIN LATERAL (
    SELECT observed_at
    FROM uplink
    WHERE uplink.device COLLATE "C" = copy.device
        AND uplink.session COLLATE "C" = copy.session
        AND uplink.f_cnt = copy.f_cnt
        AND uplink.source COLLATE "C" = copy.source
    OFFSET 0
) AS kept
WHERE came.last > least(kept.observed_at, copy.observed_at) AND came.first < greatest(kept.observed_at, copy.observed_at)
ORDER BY copy.observed_at, copy.device, copy.session, copy.f_cnt;
