-- name: devices_to_learn(at, learned_before, since, invalid, most)
-- Devices at their posts that were never learned, or not since then, the longest first; with their frames and echoes of seven days
-- and when they were last heard there.
WITH due AS MATERIALIZED (
    SELECT post.*, device_health.learned_at
    FROM posts(:at) AS post
    LEFT JOIN device_health USING (device_id)
    WHERE device_health.learned_at IS NULL OR device_health.learned_at <= :learned_before
    ORDER BY device_health.learned_at NULLS FIRST, post.device_id
    LIMIT :most
)
SELECT
    due.device_id,
    due.report_every_s,
    last_word(due.device_id, due.posted_at, :at) AS heard_at,
    frames.heard AS frames_heard,
    frames.missing AS frames_missing,
    looks.echoes,
    looks.invalid_echoes
FROM due
JOIN device USING (device_id)
CROSS JOIN LATERAL (
    SELECT coalesce(sum(frame_day.heard), 0)::integer AS heard, coalesce(sum(frame_day.missing), 0)::integer AS missing
    FROM frame_day
    WHERE frame_day.device = device.device AND frame_day.day >= (:since::timestamptz AT TIME ZONE 'UTC')::date
        -- What a cloud does not say may be a quiet quarter of an hour: no frame was lost on the way.
        AND frame_day.source <> 'cloud'
) AS frames
CROSS JOIN LATERAL (
    SELECT
        count(*)::integer AS echoes,
        count(*) FILTER (WHERE bin_fill.not_measurable = ANY(:invalid))::integer AS invalid_echoes
    FROM bin_fill
    WHERE bin_fill.bin_id = due.bin_id AND bin_fill.observed_at >= greatest(due.posted_at, :since)
        AND bin_fill.observed_at <= :at
) AS looks
ORDER BY due.device_id;

-- name: words_heard(device_ids, since, until)
-- When something was received that each device said of what it measures, as a column of Unix seconds that ascend, and how long
-- that usually is on its way, in seconds.
SELECT
    device_id,
    array_agg(DISTINCT extract(epoch FROM received_at)::double precision ORDER BY extract(epoch FROM received_at)::double precision)
        AS at_s,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY greatest(extract(epoch FROM received_at - observed_at), 0)) AS delay_s
FROM (
    SELECT device_id, observed_at, received_at
    FROM level_reading
    WHERE device_id = ANY(:device_ids) AND observed_at >= :since AND observed_at <= :until
        AND is_word(distance_mm, cannot_measure, tilted, alarms)
    UNION ALL
    SELECT device_id, observed_at, received_at
    FROM count_reading
    WHERE device_id = ANY(:device_ids) AND period_start >= :since AND period_start <= :until AND observed_at <= :until
        AND (people_in IS NOT NULL OR people_out IS NOT NULL OR total_in IS NOT NULL OR fault IS NOT NULL)
) AS heard
WHERE received_at <= :until
GROUP BY device_id;

-- name: battery_days(device_ids, since, until)
-- Each device's days with a word about its battery, in order: middle per cent, millivolts and temperature (degrees Celsius) of it.
SELECT
    device_id,
    (observed_at AT TIME ZONE 'UTC')::date AS day,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY battery_pct) AS battery_pct,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY battery_mv) AS battery_mv,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY temperature_c) AS temperature_c,
    bool_or('low_battery' = ANY(alarms)) IS TRUE AS low
FROM (
    SELECT device_id, observed_at, battery_pct, battery_mv, temperature_c, alarms
    FROM level_reading
    WHERE device_id = ANY(:device_ids) AND observed_at >= :since AND observed_at <= :until
        AND (battery_pct IS NOT NULL OR battery_mv IS NOT NULL OR 'low_battery' = ANY(alarms))
    UNION ALL
    SELECT device_id, observed_at, battery_pct, battery_mv, temperature_c, alarms
    FROM count_reading
    WHERE device_id = ANY(:device_ids) AND period_start >= :since AND observed_at <= :until
        AND (battery_pct IS NOT NULL OR battery_mv IS NOT NULL OR 'low_battery' = ANY(alarms))
) AS told
GROUP BY device_id, day
ORDER BY device_id, day;

-- name: keep_health(device_id, learned_at, heard_at, rhythm_s, silent_after_s, battery_pct, battery_mv, battery_low, battery_fall_per_week, battery_flat_at, battery_flat_early, battery_flat_late, battery_changed_at, frames_heard, frames_missing, echoes, invalid_echoes)!
-- Keep what was learned of a device.
INSERT INTO device_health (
    device_id, learned_at, heard_at, rhythm_s, silent_after_s, battery_pct, battery_mv, battery_low, battery_fall_per_week,
    battery_flat_at, battery_flat_early, battery_flat_late, battery_changed_at, frames_heard, frames_missing, echoes, invalid_echoes
)
VALUES (
    :device_id, :learned_at, :heard_at, :rhythm_s, :silent_after_s, :battery_pct, :battery_mv, :battery_low,
    :battery_fall_per_week, :battery_flat_at, :battery_flat_early, :battery_flat_late, :battery_changed_at, :frames_heard,
    :frames_missing, :echoes, :invalid_echoes
)
ON CONFLICT (device_id) DO UPDATE SET
    learned_at = excluded.learned_at,
    heard_at = excluded.heard_at,
    rhythm_s = excluded.rhythm_s,
    silent_after_s = excluded.silent_after_s,
    battery_pct = excluded.battery_pct,
    battery_mv = excluded.battery_mv,
    battery_low = excluded.battery_low,
    battery_fall_per_week = excluded.battery_fall_per_week,
    battery_flat_at = excluded.battery_flat_at,
    battery_flat_early = excluded.battery_flat_early,
    battery_flat_late = excluded.battery_flat_late,
    battery_changed_at = excluded.battery_changed_at,
    frames_heard = excluded.frames_heard,
    frames_missing = excluded.frames_missing,
    echoes = excluded.echoes,
    invalid_echoes = excluded.invalid_echoes;

-- name: forget_removed(at)!
-- Forget the condition of devices that stand nowhere any more, troubles first.
WITH removed AS (
    SELECT device_health.device_id
    FROM device_health
    WHERE NOT EXISTS (SELECT FROM posts(:at) AS post WHERE post.device_id = device_health.device_id)
), untroubled AS (
    DELETE FROM device_trouble USING removed WHERE device_trouble.device_id = removed.device_id
)
DELETE FROM device_health USING removed WHERE device_health.device_id = removed.device_id;

-- name: heard_until()^
-- Until when received frames have been listened to.
SELECT until FROM devices_heard;

-- name: hear(since, at)!
-- Note the last word of every device that anything was received from since then.
UPDATE device_health SET heard_at = word.at
FROM posts(:at) AS post
JOIN (SELECT DISTINCT device_id FROM uplink WHERE received_at > :since AND readings > 0) AS came USING (device_id)
CROSS JOIN LATERAL (SELECT last_word(post.device_id, post.posted_at, :at) AS at) AS word
WHERE device_health.device_id = post.device_id AND word.at IS DISTINCT FROM device_health.heard_at
    AND word.at IS NOT NULL;

-- name: note_heard(until)!
-- Note until when received frames have been listened to.
INSERT INTO devices_heard (until) VALUES (:until) ON CONFLICT (only_row) DO UPDATE SET until = excluded.until;

-- name: conditions(at, lately)
-- What is known of each device at its post; stuck by what its bin or its counter is judged to be.
SELECT
    device_health.device_id,
    post.posted_at,
    CASE WHEN device_health.heard_at >= post.posted_at THEN device_health.heard_at END AS heard_at,
    device_health.silent_after_s,
    device_health.battery_pct,
    device_health.battery_mv,
    device_health.battery_low,
    device_health.battery_flat_at,
    device_health.frames_heard,
    device_health.frames_missing,
    device_health.echoes,
    device_health.invalid_echoes,
    coalesce(bin_status.reason = 'stuck', false) OR EXISTS (
        SELECT
        FROM counter_unfit
        WHERE counter_unfit.counter_id = post.counter_id AND counter_unfit.kind IN ('dead', 'stuck')
            AND counter_unfit.until >= :lately
    ) AS stuck
FROM device_health
JOIN posts(:at) AS post USING (device_id)
LEFT JOIN bin_status USING (bin_id);

-- name: forget_troubles(device_ids, troubles)!
-- Troubles that are over: all but these.
DELETE FROM device_trouble
WHERE (device_id, trouble) NOT IN (SELECT * FROM unnest(:device_ids::integer[], :troubles::text[]));

-- name: keep_troubles(device_ids, troubles, sinces, at)!
-- Troubles as they are; where no time is given, since they were first seen.
INSERT INTO device_trouble (device_id, trouble, since)
SELECT told.device_id, told.trouble, coalesce(told.since, :at)
FROM unnest(:device_ids::integer[], :troubles::text[], :sinces::timestamptz[]) AS told (device_id, trouble, since)
ON CONFLICT (device_id, trouble) DO UPDATE SET since = excluded.since
WHERE device_trouble.trouble IN ('silent', 'never_heard') AND device_trouble.since <> excluded.since;

-- name: health_of_devices(council, at, device)
-- Each device of a council at its post, with what is known of it; or the one device.
SELECT
    device.device,
    device.model,
    post.bin_id,
    post.counter_id,
    coalesce(bin.name, counter.name) AS stands_at,
    coalesce(bin.lat, counter.lat) AS lat,
    coalesce(bin.lon, counter.lon) AS lon,
    post.posted_at,
    device_health.learned_at,
    device_health.heard_at,
    device_health.rhythm_s,
    device_health.silent_after_s,
    device_health.battery_pct,
    device_health.battery_mv,
    device_health.battery_low,
    device_health.battery_fall_per_week,
    device_health.battery_flat_at,
    device_health.battery_flat_early,
    device_health.battery_flat_late,
    device_health.battery_changed_at,
    device_health.frames_heard,
    device_health.frames_missing,
    device_health.echoes,
    device_health.invalid_echoes,
    coalesce(troubled.troubles, '{}') AS troubles,
    coalesce(troubled.sinces, '{}') AS sinces
FROM device
JOIN posts(:at) AS post USING (device_id)
LEFT JOIN device_health USING (device_id)
LEFT JOIN bin USING (bin_id)
LEFT JOIN counter ON counter.counter_id = post.counter_id
LEFT JOIN LATERAL (
    SELECT
        array_agg(device_trouble.trouble ORDER BY device_trouble.trouble) AS troubles,
        array_agg(device_trouble.since ORDER BY device_trouble.trouble) AS sinces
    FROM device_trouble
    WHERE device_trouble.device_id = device.device_id
) AS troubled ON true
WHERE device.council = :council AND (:device::text IS NULL OR device.device = :device)
ORDER BY device.device;

-- name: troubles_counted()
-- How many devices of each council have each trouble; well: none.
SELECT device.council, coalesce(device_trouble.trouble, 'well') AS trouble, count(*)::integer AS devices
FROM device_health
JOIN device USING (device_id)
LEFT JOIN device_trouble USING (device_id)
GROUP BY 1, 2
ORDER BY 1, 2;

-- name: devices_troubled(council)^
-- How many of a council's devices have any trouble.
SELECT count(DISTINCT device_id)::integer
FROM device_trouble
JOIN device USING (device_id)
WHERE device.council = :council;
