-- name: begin_copy()!
-- A place in the transaction to come back to.
SAVEPOINT copying;

-- name: undo_copy()!
-- Back to where copying began.
ROLLBACK TO SAVEPOINT copying;

-- name: unstage()!
-- Clears the staging rooms that this transaction has used before.
DROP TABLE IF EXISTS pg_temp.staged_uplink, pg_temp.staged_level_reading, pg_temp.staged_count_reading, pg_temp.staged_bump,
    pg_temp.staged_coverage;

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

-- name: doubtful_copies_around(devices, sessions, f_cnts, sources, times)
-- The copies in doubt between whom and a kept frame of their counter one of these frames lies, which has another counter.
SELECT DISTINCT copy.device, copy.session, copy.f_cnt, copy.source, 0 AS occurrence, copy.kind, copy.f_port, copy.payload,
    copy.observed_at, copy.time_source, copy.received_at, copy.device_id, copy.readings, copy.note
FROM unnest(:devices::text[], :sessions::text[], :f_cnts::bigint[], :sources::text[], :times::timestamptz[])
    AS other(device, session, f_cnt, source, observed_at)
JOIN doubtful_copy AS copy
    ON copy.device COLLATE "C" = other.device
    AND copy.session COLLATE "C" = other.session
    AND copy.f_cnt <> other.f_cnt
    AND copy.source COLLATE "C" = other.source
JOIN uplink AS kept
    ON kept.device COLLATE "C" = copy.device
    AND kept.session COLLATE "C" = copy.session
    AND kept.f_cnt = copy.f_cnt
    AND kept.source COLLATE "C" = copy.source
WHERE other.observed_at > least(kept.observed_at, copy.observed_at)
    AND other.observed_at < greatest(kept.observed_at, copy.observed_at)
ORDER BY copy.observed_at, copy.device, copy.session, copy.f_cnt;

-- name: copy_level_reading()!
-- Level readings, straight into the table.
COPY level_reading (device_id, observed_at, content, received_at, time_source, distance_mm, cannot_measure, tilted, tilt_deg,
    temperature_c, battery_pct, battery_mv, signal, alarms) FROM STDIN (FORMAT binary);

-- name: stage_level_reading()!
-- Room for a batch of level readings of which some are stored already.
CREATE TEMPORARY TABLE staged_level_reading ON COMMIT DROP AS SELECT * FROM level_reading WITH NO DATA;

-- name: copy_staged_level_reading()!
-- Level readings into their staging room.
COPY staged_level_reading (device_id, observed_at, content, received_at, time_source, distance_mm, cannot_measure, tilted,
    tilt_deg, temperature_c, battery_pct, battery_mv, signal, alarms) FROM STDIN (FORMAT binary);

-- name: keep_staged_level_reading()!
-- Those staged level readings that are new.
INSERT INTO level_reading SELECT * FROM staged_level_reading ORDER BY ctid ON CONFLICT DO NOTHING;

-- name: copy_count_reading()!
-- Count readings, straight into the table.
COPY count_reading (device_id, period_start, line, content, observed_at, received_at, time_source, period_s, people_in,
    people_out, total_in, total_out, total_bits, fault, temperature_c, battery_pct, battery_mv, alarms) FROM STDIN (FORMAT binary);

-- name: stage_count_reading()!
-- Room for a batch of count readings of which some are stored already.
CREATE TEMPORARY TABLE staged_count_reading ON COMMIT DROP AS SELECT * FROM count_reading WITH NO DATA;

-- name: copy_staged_count_reading()!
-- Count readings into their staging room.
COPY staged_count_reading (device_id, period_start, line, content, observed_at, received_at, time_source, period_s, people_in,
    people_out, total_in, total_out, total_bits, fault, temperature_c, battery_pct, battery_mv, alarms) FROM STDIN (FORMAT binary);

-- name: keep_staged_count_reading()!
-- Those staged count readings that are new.
INSERT INTO count_reading SELECT * FROM staged_count_reading ORDER BY ctid ON CONFLICT DO NOTHING;

-- name: periods_told_before(device_ids, period_starts, lines, contents, periods_s, by_device)
-- The places of those period counts that are stored already by another clock: the device's own where this is the network's, and
-- the other way round. Of one line and with equal counts, periods that overlap by more than half are one.
SELECT place::integer - 1
FROM unnest(:device_ids::integer[], :period_starts::timestamptz[], :lines::smallint[], :contents::integer[],
    :periods_s::integer[], :by_device::boolean[]) WITH ORDINALITY
    AS told(device_id, period_start, line, content, period_s, by_device, place)
WHERE EXISTS (
        SELECT
        FROM count_reading AS kept
        WHERE kept.device_id = told.device_id
            AND kept.line = told.line
            AND kept.content = told.content
            AND kept.period_s = told.period_s
            AND kept.period_start > told.period_start - make_interval(secs => told.period_s / 2.0)
            AND kept.period_start < told.period_start + make_interval(secs => told.period_s / 2.0)
            AND (kept.time_source = 'device') <> told.by_device
    );

-- name: copy_bump()!
-- Bumps, straight into the table.
COPY bump (bump_key, council, reporter, lat, lon, hour_start, severity_g, heading_octant, speed_band, quality, received_at)
FROM STDIN (FORMAT binary);

-- name: stage_bump()!
-- Room for a batch of bumps of which some are stored already.
CREATE TEMPORARY TABLE staged_bump ON COMMIT DROP AS SELECT * FROM bump WITH NO DATA;

-- name: copy_staged_bump()!
-- Bumps into their staging room.
COPY staged_bump (bump_key, council, reporter, lat, lon, hour_start, severity_g, heading_octant, speed_band, quality,
    received_at) FROM STDIN (FORMAT binary);

-- name: keep_staged_bump()!
-- Those staged bumps that are new.
INSERT INTO bump SELECT * FROM staged_bump ORDER BY ctid ON CONFLICT DO NOTHING;

-- name: copy_coverage()!
-- Coverage counts, straight into the table.
COPY coverage (coverage_key, council, reporter, street, week_start, passes, received_at) FROM STDIN (FORMAT binary);

-- name: stage_coverage()!
-- Room for a batch of coverage counts of which some are stored already.
CREATE TEMPORARY TABLE staged_coverage ON COMMIT DROP AS SELECT * FROM coverage WITH NO DATA;

-- name: copy_staged_coverage()!
-- Coverage counts into their staging room.
COPY staged_coverage (coverage_key, council, reporter, street, week_start, passes, received_at) FROM STDIN (FORMAT binary);

-- name: keep_staged_coverage()!
-- Those staged coverage counts that are new.
INSERT INTO coverage SELECT * FROM staged_coverage ORDER BY ctid ON CONFLICT DO NOTHING;

-- name: touch(device_ids, sinces)!
-- Tells the jobs that each of the devices has readings from a time on that they have not looked at. What is told already is only
-- locked: jobs leave it until these readings are committed.
INSERT INTO touched (device_id, since)
SELECT * FROM unnest(:device_ids::integer[], :sinces::timestamptz[]) AS new (device_id, since) ORDER BY device_id
ON CONFLICT (device_id) DO UPDATE SET since = excluded.since WHERE excluded.since < touched.since;
