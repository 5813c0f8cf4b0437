-- name: keep_device_words(device_ids, names, told_at, words)!
-- What devices said of themselves, where it is other than what they had said last before it.
INSERT INTO device_word (device_id, name, told_at, value)
SELECT told.device_id, told.name, told.told_at, told.value
FROM unnest(:device_ids::integer[], :names::text[], :told_at::timestamptz[], :words::jsonb[])
    AS told (device_id, name, told_at, value)
WHERE told.value IS DISTINCT FROM (
    SELECT device_word.value
    FROM device_word
    WHERE device_word.device_id = told.device_id AND device_word.name = told.name AND device_word.told_at <= told.told_at
    ORDER BY device_word.told_at DESC
    LIMIT 1
)
ON CONFLICT DO NOTHING;

-- name: device_words(council, device)
-- What a council's device said of itself: each change, the newest first.
SELECT device_word.device_id, device_word.name, device_word.told_at, device_word.value
FROM device_word
JOIN device USING (device_id)
WHERE device.council = :council AND device.device = :device
ORDER BY device_word.name, device_word.told_at DESC;
