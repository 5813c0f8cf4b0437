-- name: registered(devices)
-- Each device, or those named, with every version of its installation: one row a version, one for a device without any.
SELECT device.device, device.device_id, device.model, device.council,
    installation.valid_from, installation.valid_to, installation.line, installation.max_range_mm, installation.period_s
FROM device
LEFT JOIN installation USING (device_id)
WHERE :devices::text[] IS NULL OR device.device = ANY(:devices)
ORDER BY device.device, installation.valid_from, installation.line NULLS FIRST;

-- name: council_codes()
-- Every council's code.
SELECT council FROM council ORDER BY council;

-- name: registry_changes()^
-- A number that grows with every transaction that changes councils, devices or installations.
SELECT changes FROM registry_change;
