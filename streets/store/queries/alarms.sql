-- name: raise_alarms(device_ids, kinds, raised_ats, told_ats, received_ats, lates, tellings)!
-- Raise each alarm, or note that the open one of its device and kind was told again. What lies within an alarm that is over, told
-- again from a device's memory, is nothing new. A late alarm that proves to go on rings from then on.
INSERT INTO device_alarm (device_id, kind, raised_at, told_at, received_at, late, tellings)
SELECT told.*
FROM unnest(:device_ids::integer[], :kinds::text[], :raised_ats::timestamptz[], :told_ats::timestamptz[],
    :received_ats::timestamptz[], :lates::boolean[], :tellings::integer[])
    AS told (device_id, kind, raised_at, told_at, received_at, late, tellings)
WHERE NOT EXISTS (
    SELECT
    FROM device_alarm AS past
    WHERE past.device_id = told.device_id AND past.kind = told.kind AND past.ended_at IS NOT NULL
        AND past.raised_at <= told.told_at AND past.ended_at >= told.told_at
)
ORDER BY told.device_id, told.kind
ON CONFLICT (device_id, kind) WHERE ended_at IS NULL DO UPDATE SET
    raised_at = least(device_alarm.raised_at, excluded.raised_at),
    told_at = greatest(device_alarm.told_at, excluded.told_at),
    tellings = device_alarm.tellings + excluded.tellings,
    late = device_alarm.late AND excluded.late,
    received_at = CASE
        WHEN device_alarm.late AND NOT excluded.late THEN excluded.received_at
        ELSE least(device_alarm.received_at, excluded.received_at)
    END,
    acknowledged_at = CASE WHEN device_alarm.late AND NOT excluded.late THEN NULL ELSE device_alarm.acknowledged_at END,
    acknowledged_by = CASE WHEN device_alarm.late AND NOT excluded.late THEN NULL ELSE device_alarm.acknowledged_by END;

-- name: open_alarms_with_words(at, most)
-- Every open alarm with the first words of its device since it was last told, as columns in order; and since when its device
-- stands nowhere any more, if so.
SELECT
    device_alarm.alarm_id,
    device_alarm.kind,
    device_alarm.late,
    word.ats,
    word.alarms,
    word.tilted,
    CASE WHEN post.device_id IS NULL THEN removed.at END AS removed_at
FROM device_alarm
LEFT JOIN posts(:at) AS post USING (device_id)
LEFT JOIN LATERAL (
    SELECT max(installation.valid_to) AS at
    FROM installation
    WHERE installation.device_id = device_alarm.device_id AND installation.valid_to <= :at
) AS removed ON true
CROSS JOIN LATERAL (
    SELECT
        coalesce(array_agg(said.observed_at ORDER BY said.observed_at, said.content), '{}') AS ats,
        coalesce(array_agg(array_to_string(said.alarms, ' ') ORDER BY said.observed_at, said.content), '{}') AS alarms,
        coalesce(array_agg(said.tilted ORDER BY said.observed_at, said.content), '{}') AS tilted
    FROM (
        (
            SELECT observed_at, content, coalesce(alarms, '{}') AS alarms, tilted
            FROM level_reading
            WHERE level_reading.device_id = device_alarm.device_id AND observed_at > device_alarm.told_at AND observed_at <= :at
                AND (distance_mm IS NOT NULL OR cannot_measure IS NOT NULL OR tilted IS NOT NULL OR alarms IS NOT NULL)
            ORDER BY observed_at, content
            LIMIT :most
        )
        UNION ALL
        (
            SELECT observed_at, content, coalesce(alarms, '{}'), NULL
            FROM count_reading
            WHERE count_reading.device_id = device_alarm.device_id AND period_start > device_alarm.told_at
                AND observed_at <= :at AND (people_in IS NOT NULL OR total_in IS NOT NULL OR alarms IS NOT NULL)
            ORDER BY period_start, line, content
            LIMIT :most
        )
    ) AS said
) AS word
WHERE device_alarm.ended_at IS NULL
ORDER BY device_alarm.device_id, device_alarm.kind;

-- name: end_alarm(alarm_id, ended_at)!
-- End an alarm.
UPDATE device_alarm SET ended_at = greatest(:ended_at, told_at) WHERE alarm_id = :alarm_id AND ended_at IS NULL;

-- name: acknowledge_alarm(council, alarm_id, at, by)!
-- An officer of its council has seen an alarm; who saw it first stays.
UPDATE device_alarm SET acknowledged_at = :at, acknowledged_by = :by
FROM device
WHERE device.device_id = device_alarm.device_id AND device.council = :council AND alarm_id = :alarm_id
    AND acknowledged_at IS NULL;

-- name: alarms(council, alarm_id, device, since)
-- A council's alarms that go on, and those that ended since then, the newest first; of one device or one alarm where it is given.
SELECT
    device_alarm.alarm_id,
    device.device,
    device.model,
    post.bin_id,
    post.counter_id,
    coalesce(bin.name, counter.name) AS stands_at,
    coalesce(bin.lat, counter.lat) AS lat,
    coalesce(bin.lon, counter.lon) AS lon,
    device_alarm.kind,
    device_alarm.raised_at,
    device_alarm.told_at,
    device_alarm.received_at,
    device_alarm.late,
    device_alarm.tellings,
    device_alarm.ended_at,
    device_alarm.acknowledged_at,
    device_alarm.acknowledged_by
FROM device_alarm
JOIN device USING (device_id)
LEFT JOIN LATERAL (
    SELECT installation.bin_id, installation.counter_id
    FROM installation
    WHERE installation.device_id = device_alarm.device_id AND installation.valid_from <= device_alarm.raised_at
    ORDER BY installation.valid_from DESC, installation.line NULLS FIRST
    LIMIT 1
) AS post ON true
LEFT JOIN bin USING (bin_id)
LEFT JOIN counter ON counter.counter_id = post.counter_id
WHERE device.council = :council
    AND (device_alarm.ended_at IS NULL OR device_alarm.ended_at >= :since)
    AND (:alarm_id::integer IS NULL OR device_alarm.alarm_id = :alarm_id)
    AND (:device::text IS NULL OR device.device = :device)
ORDER BY device_alarm.raised_at DESC, device_alarm.alarm_id;

-- name: alarms_open()
-- How many alarms ring or wait, by council and kind, and whether an officer has seen them; late ones do not ring.
SELECT device.council, kind, acknowledged_at IS NOT NULL AS acknowledged, count(*)::integer AS alarms
FROM device_alarm
JOIN device USING (device_id)
WHERE ended_at IS NULL AND NOT late
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3;
