-- name: copy_level_reading()!
-- Level readings, straight into the table.
COPY level_reading (device_id, observed_at, content, received_at, time_source, distance_mm, cannot_measure, tilted, tilt_deg,
    temperature_c, battery_pct, battery_mv, signal, alarms, device_fill_pct) FROM STDIN (FORMAT binary);

-- name: stage_level_reading()!
-- Room for a batch of level readings of which some are stored already.
CREATE TEMPORARY TABLE staged_level_reading ON COMMIT DROP AS SELECT * FROM level_reading WITH NO DATA;

-- name: copy_staged_level_reading()!
-- Level readings into their staging room.
COPY staged_level_reading (device_id, observed_at, content, received_at, time_source, distance_mm, cannot_measure, tilted,
    tilt_deg, temperature_c, battery_pct, battery_mv, signal, alarms, device_fill_pct) FROM STDIN (FORMAT binary);

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

-- name: revise_staged_count_reading()!
-- The staged counts of each period, in place of those that were received before them.
INSERT INTO count_reading SELECT * FROM staged_count_reading ORDER BY ctid
ON CONFLICT (device_id, period_start, line, content) DO UPDATE SET
    observed_at = excluded.observed_at,
    received_at = excluded.received_at,
    period_s = excluded.period_s,
    people_in = excluded.people_in,
    people_out = excluded.people_out,
    fault = excluded.fault
WHERE excluded.received_at > count_reading.received_at;

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
