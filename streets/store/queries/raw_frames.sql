-- name: devices_with_frames(device, model)
-- The registered devices of this name or model of which frames are kept.
SELECT device.device
FROM device
WHERE (:device::text IS NULL OR device.device = :device)
    AND (:model::text IS NULL OR device.model = :model)
    AND EXISTS (SELECT FROM uplink WHERE uplink.device = device.device COLLATE "C" AND uplink.kind = 'up')
ORDER BY device.device;

-- name: raw_frames(device, since, after, limit)
-- The next frames of a device in the order in which they came, and all that came at the moment of the last; held until the commit.
WITH last AS (
    SELECT max(received_at) AS received_at
    FROM (
        SELECT received_at
        FROM uplink
        WHERE device = :device COLLATE "C"
            AND kind = 'up'
            AND (:since::timestamptz IS NULL OR received_at >= :since)
            AND (:after::timestamptz IS NULL OR received_at > :after)
        ORDER BY received_at
        LIMIT :limit
    ) AS next
)
SELECT device, session, f_cnt, source, occurrence, kind, f_port, payload, observed_at, time_source, received_at, device_id,
    readings, note
FROM uplink
WHERE device = :device COLLATE "C"
    AND kind = 'up'
    AND (:since::timestamptz IS NULL OR received_at >= :since)
    AND (:after::timestamptz IS NULL OR received_at > :after)
    AND received_at <= (SELECT received_at FROM last)
ORDER BY received_at, session, f_cnt, source, occurrence
FOR UPDATE;

-- name: raw_frames_begin(device, since)^
-- When the first kept frame of a device came.
SELECT min(received_at)
FROM uplink
WHERE device = :device COLLATE "C" AND kind = 'up' AND (:since::timestamptz IS NULL OR received_at >= :since);

-- name: levels_to_compare(device_id, received_at, moments)
-- A device's level readings that came at any of these times, or were made at any of these moments.
SELECT device_id, observed_at, content, received_at, time_source, distance_mm, cannot_measure, tilted, tilt_deg, temperature_c,
    battery_pct, battery_mv, signal, alarms, device_fill_pct
FROM level_reading
WHERE device_id = :device_id
    AND (received_at = ANY(:received_at::timestamptz[]) OR observed_at = ANY(:moments::timestamptz[]));

-- name: counts_to_compare(device_id, received_at, moments)
-- A device's count readings that came at any of these times, or whose period began at any of these moments.
SELECT device_id, period_start, line, content, observed_at, received_at, time_source, period_s, people_in, people_out, total_in,
    total_out, total_bits, fault, temperature_c, battery_pct, battery_mv, alarms
FROM count_reading
WHERE device_id = :device_id
    AND (received_at = ANY(:received_at::timestamptz[]) OR period_start = ANY(:moments::timestamptz[]));

-- name: remove_levels(device_id, observed_at, contents)!
-- Takes level readings of a device away.
DELETE FROM level_reading
USING unnest(:observed_at::timestamptz[], :contents::integer[]) AS wrong (observed_at, content)
WHERE level_reading.device_id = :device_id
    AND level_reading.observed_at = wrong.observed_at
    AND level_reading.content = wrong.content;

-- name: remove_counts(device_id, period_start, lines, contents)!
-- Takes count readings of a device away.
DELETE FROM count_reading
USING unnest(:period_start::timestamptz[], :lines::smallint[], :contents::integer[]) AS wrong (period_start, line, content)
WHERE count_reading.device_id = :device_id
    AND count_reading.period_start = wrong.period_start
    AND count_reading.line = wrong.line
    AND count_reading.content = wrong.content;

-- name: note_decoded(devices, sessions, f_cnts, sources, occurrences, readings, notes)!
-- Notes on frames how many readings they hold and what of them is refused.
UPDATE uplink SET readings = decoded.readings, note = decoded.note
FROM unnest(:devices::text[], :sessions::text[], :f_cnts::bigint[], :sources::text[], :occurrences::bigint[],
    :readings::smallint[], :notes::text[]) AS decoded (device, session, f_cnt, source, occurrence, readings, note)
WHERE uplink.device = decoded.device COLLATE "C"
    AND uplink.session = decoded.session COLLATE "C"
    AND uplink.f_cnt = decoded.f_cnt
    AND uplink.source = decoded.source COLLATE "C"
    AND uplink.occurrence = decoded.occurrence;

-- name: touch_recoded(device_id, since)!
-- Tells the jobs from when on a device's readings are others, because its frames were decoded again.
INSERT INTO touched (device_id, since, why) VALUES (:device_id, :since, 'recoded')
ON CONFLICT (device_id) DO UPDATE SET since = least(touched.since, excluded.since), why = greatest(touched.why, excluded.why);
