-- name: begin_copy()!
-- A place in the transaction to come back to.
SAVEPOINT copying;

-- name: undo_copy()!
-- Back to where copying began.
ROLLBACK TO SAVEPOINT copying;

-- name: copy_uplink()!
-- Frames, straight into the table.
COPY uplink (frame_key, received_at, observed_at, time_source, source, kind, device_id, device, session, f_cnt, f_port,
    payload, readings, note) FROM STDIN (FORMAT binary);

-- name: stage_uplink()!
-- Room for a batch of frames of which some are stored already.
CREATE TEMPORARY TABLE staged_uplink ON COMMIT DROP AS SELECT * FROM uplink WITH NO DATA;

-- name: copy_staged_uplink()!
-- Frames into their staging room.
COPY staged_uplink (frame_key, received_at, observed_at, time_source, source, kind, device_id, device, session, f_cnt, f_port,
    payload, readings, note) FROM STDIN (FORMAT binary);

-- name: keep_staged_uplink()
-- Those staged frames that are new.
INSERT INTO uplink SELECT * FROM staged_uplink ORDER BY frame_key ON CONFLICT DO NOTHING RETURNING frame_key;

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
INSERT INTO level_reading SELECT * FROM staged_level_reading ORDER BY device_id, observed_at, content ON CONFLICT DO NOTHING;

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
INSERT INTO count_reading SELECT * FROM staged_count_reading ORDER BY device_id, period_start, line, content
ON CONFLICT DO NOTHING;

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
INSERT INTO bump SELECT * FROM staged_bump ORDER BY bump_key ON CONFLICT DO NOTHING;

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
INSERT INTO coverage SELECT * FROM staged_coverage ORDER BY coverage_key ON CONFLICT DO NOTHING;

-- name: mark_counter_conflicts(frame_keys)!
-- Notes those of the given frames whose counter an earlier frame with other bytes has; a direct device may count anew.
-- OFFSET 0 keeps it a look-up per frame (a LIMIT is dropped in EXISTS): joined, a table without statistics is read over and over.
UPDATE uplink SET note = concat_ws('; ', note, 'counter_conflict')
WHERE frame_key = ANY(:frame_keys)
    AND kind IN ('up', 'mac')
    AND source <> 'direct'
    AND EXISTS (
        SELECT
        FROM uplink AS earlier
        WHERE earlier.device = uplink.device
            AND earlier.session = uplink.session
            AND earlier.f_cnt = uplink.f_cnt
            AND earlier.source = uplink.source
            AND earlier.kind IN ('up', 'mac')
            AND (earlier.received_at, earlier.frame_key) < (uplink.received_at, uplink.frame_key)
        OFFSET 0
    );

-- name: touch(device_id, since)!
-- Tells the jobs that a device has readings from `since` on that they have not looked at.
INSERT INTO touched (device_id, since) VALUES (:device_id, :since)
ON CONFLICT (device_id) DO UPDATE SET since = least(touched.since, excluded.since);
