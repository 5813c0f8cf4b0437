-- name: assets_found(council, words, at, most)
-- A council's bins and counters whose name, number, street or device holds the words, with the devices that stand there.
SELECT asset.kind, asset.asset_id, asset.name, asset.lat, asset.lon, asset.usrn, street.name AS street, asset.ward_code,
    ward.name AS ward, ward.name_cy AS ward_cy, asset.active, asset.place_id, asset.state, coalesce(stands.devices, '{}') AS devices
FROM (
    SELECT 'bin' AS kind, bin.bin_id AS asset_id, bin.name, bin.lat, bin.lon, bin.usrn, bin.ward_code, bin.active,
        NULL AS place_id, bin_status.state
    FROM bin LEFT JOIN bin_status USING (bin_id)
    WHERE bin.council = :council
    UNION ALL
    SELECT 'counter', counter_id, name, lat, lon, usrn, ward_code, true, place_id, NULL
    FROM counter
    WHERE council = :council
) AS asset
LEFT JOIN ward USING (ward_code)
LEFT JOIN street ON street.council = :council AND street.usrn = asset.usrn
LEFT JOIN LATERAL (
    SELECT array_agg(DISTINCT device.device) AS devices
    FROM installation JOIN device USING (device_id)
    WHERE ((asset.kind = 'bin' AND installation.bin_id = asset.asset_id)
            OR (asset.kind = 'counter' AND installation.counter_id = asset.asset_id))
        AND installation.valid_from <= :at AND (installation.valid_to IS NULL OR installation.valid_to > :at)
) AS stands ON true
WHERE position(lower(:words) IN lower(concat_ws(' ', asset.asset_id, asset.name, asset.usrn, street.name,
    array_to_string(stands.devices, ' ')))) > 0
ORDER BY asset.kind, asset.asset_id
LIMIT :most;

-- name: devices_found(council, words, at, most)
-- A council's devices whose name, model or post holds the words, where each stands, when it was last heard, and its security.
SELECT device.device, device.model, device.default_password_changed, device.default_password_checked_on,
    device.vulnerability_contact, device.supported_until, coalesce(stands.posts, '{}') AS posts, heard.observed_at AS last_heard
FROM device
LEFT JOIN LATERAL (
    SELECT array_agg(DISTINCT coalesce(installation.bin_id, installation.counter_id)) AS posts
    FROM installation
    WHERE installation.device_id = device.device_id
        AND installation.valid_from <= :at AND (installation.valid_to IS NULL OR installation.valid_to > :at)
) AS stands ON true
LEFT JOIN LATERAL (
    SELECT greatest(
        (SELECT max(observed_at) FROM level_reading WHERE level_reading.device_id = device.device_id),
        (SELECT max(observed_at) FROM count_reading WHERE count_reading.device_id = device.device_id)
    ) AS observed_at
) AS heard ON true
WHERE device.council = :council
    AND position(lower(:words) IN lower(concat_ws(' ', device.device, device.model, array_to_string(stands.posts, ' ')))) > 0
ORDER BY device.device
LIMIT :most;

-- name: device_levels(council, device, most)
-- What a distance sensor said last, the latest first.
SELECT observed_at, distance_mm, cannot_measure, tilted, tilt_deg, temperature_c, battery_pct, battery_mv,
    coalesce(alarms, '{}') AS alarms
FROM level_reading JOIN device USING (device_id)
WHERE device.council = :council AND device.device = :device
ORDER BY observed_at DESC
LIMIT :most;

-- name: device_counts(council, device, most)
-- What a people counter said last, the latest first.
SELECT observed_at, line, period_s, people_in, people_out, total_in, total_out, fault, battery_pct
FROM count_reading JOIN device USING (device_id)
WHERE device.council = :council AND device.device = :device
ORDER BY observed_at DESC, line
LIMIT :most;

-- name: support_by_model(council)
-- How many devices of each model a council has, and what is known of their security.
SELECT model, count(*) AS devices, count(*) FILTER (WHERE default_password_changed) AS password_changed,
    count(*) FILTER (WHERE NOT default_password_changed) AS password_unchanged,
    count(vulnerability_contact) AS with_contact, min(vulnerability_contact) AS vulnerability_contact,
    count(supported_until) AS with_end, min(supported_until) AS supported_until
FROM device
WHERE council = :council
GROUP BY model
ORDER BY model;
