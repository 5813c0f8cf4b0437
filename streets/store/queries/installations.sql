-- name: lock_records()!
-- One at a time looks whether records fit, and keeps them, until the transaction ends.
SELECT pg_advisory_xact_lock(hashtext('streets records'));

-- name: lock_device(device)!
-- One at a time changes where a device stands, until the transaction ends.
SELECT device_id FROM device WHERE device = :device FOR NO KEY UPDATE;

-- name: versions(council, device, post, installation_id)
-- The versions of a council's installations, of one device, bin or counter where given, or one of them, the latest first.
SELECT
    installation.installation_id, device.device, device.model, installation.bin_id, installation.counter_id, installation.line,
    installation.valid_from, installation.valid_to, installation.empty_mm, installation.full_mm, installation.blind_zone_mm,
    installation.max_range_mm, installation.period_s, installation.report_every_s, installation.swap_in_out, installation.mount,
    installation.mount_angle_deg, installation.liner, installation.inner_width_mm,
    installation.tilt_normal_deg, installation.in_label, installation.out_label, installation.why,
    installation.note, installation.told_by, installation.told_at, installation.end_why, installation.end_note
FROM installation
JOIN device USING (device_id)
WHERE device.council = :council
    AND (:device::text IS NULL OR device.device = :device)
    AND (:post::text IS NULL OR :post IN (installation.bin_id, installation.counter_id))
    AND (:installation_id::integer IS NULL OR installation.installation_id = :installation_id)
ORDER BY installation.valid_from DESC, device.device, installation.line;

-- name: version_from(device, valid_from, line)^
-- The version of a device's line that begins at a time.
SELECT installation_id
FROM installation
JOIN device USING (device_id)
WHERE device.device = :device AND valid_from = :valid_from AND coalesce(line, 0) = coalesce(:line, 0);

-- name: versions_about(device, line, at)
-- Of a device's versions that speak of a line those in force at a time, and the last that began before it, the latest first.
-- Said as the constraint says it, so that its index finds them among any number.
WITH asked AS (
    SELECT device_id FROM device WHERE device = :device
), found AS (
    SELECT installation_id, valid_from, line
    FROM installation
    JOIN asked ON int4range(installation.device_id, installation.device_id, '[]') && int4range(asked.device_id, asked.device_id, '[]')
    WHERE int4range(line::integer, line::integer, '[]') && int4range(:line::integer, :line::integer, '[]')
        AND tstzrange(valid_from, valid_to) && tstzrange(:at, :at, '[]')
    UNION
    (
        SELECT installation_id, valid_from, line
        FROM installation
        JOIN asked USING (device_id)
        WHERE valid_from < :at AND (line IS NULL OR :line::integer IS NULL OR line = :line)
        ORDER BY valid_from DESC, line
        LIMIT 1
    )
)
SELECT installation_id FROM found ORDER BY valid_from DESC, line;

-- name: end_version(installation_id, valid_to, end_why, end_note)!
-- End a version.
UPDATE installation SET valid_to = :valid_to, end_why = :end_why, end_note = :end_note WHERE installation_id = :installation_id;

-- name: add_version(device, bin_id, counter_id, line, valid_from, valid_to, empty_mm, full_mm, blind_zone_mm, max_range_mm, period_s, report_every_s, swap_in_out, mount, mount_angle_deg, liner, inner_width_mm, tilt_normal_deg, in_label, out_label, note, why, told_by, told_at, end_why, end_note)^
-- Begin a version.
INSERT INTO installation (device_id, bin_id, counter_id, line, valid_from, valid_to, empty_mm, full_mm, blind_zone_mm,
    max_range_mm, period_s, report_every_s, swap_in_out, mount, mount_angle_deg, liner, inner_width_mm, tilt_normal_deg,
    in_label, out_label, note, why, told_by, told_at, end_why, end_note)
SELECT device_id, :bin_id, :counter_id, :line, :valid_from, :valid_to, :empty_mm, :full_mm, :blind_zone_mm,
    :max_range_mm, :period_s, :report_every_s, :swap_in_out, :mount, :mount_angle_deg, :liner, :inner_width_mm, :tilt_normal_deg,
    :in_label, :out_label, :note, :why, :told_by, :told_at, :end_why, :end_note
FROM device
WHERE device = :device
RETURNING installation_id;

-- name: put_version(installation_id, bin_id, counter_id, line, valid_to, empty_mm, full_mm, blind_zone_mm, max_range_mm, period_s, report_every_s, swap_in_out, mount, mount_angle_deg, liner, inner_width_mm, tilt_normal_deg, in_label, out_label, note, told_by, told_at)!
-- Put a version right that was written down wrongly.
UPDATE installation SET
    bin_id = :bin_id,
    counter_id = :counter_id,
    line = :line,
    valid_to = :valid_to,
    empty_mm = :empty_mm,
    full_mm = :full_mm,
    blind_zone_mm = :blind_zone_mm,
    max_range_mm = :max_range_mm,
    period_s = :period_s,
    report_every_s = :report_every_s,
    swap_in_out = :swap_in_out,
    mount = :mount,
    mount_angle_deg = :mount_angle_deg,
    liner = :liner,
    inner_width_mm = :inner_width_mm,
    tilt_normal_deg = :tilt_normal_deg,
    in_label = :in_label,
    out_label = :out_label,
    note = :note,
    told_by = :told_by,
    told_at = :told_at
WHERE installation_id = :installation_id;

-- name: touch_installed(device, valid_from)!
-- Tells the jobs that the readings of a device mean something else from then on.
INSERT INTO touched (device_id, since, why)
SELECT device_id, :valid_from, 'record_changed' FROM device WHERE device = :device
ON CONFLICT (device_id) DO UPDATE SET since = least(touched.since, excluded.since), why = greatest(touched.why, excluded.why);

-- name: leave_post(bin_id, counter_id, since)!
-- Tells the jobs of a bin or counter that a corrected record no longer names, from when on.
INSERT INTO left_post (bin_id, counter_id, since) VALUES (:bin_id, :counter_id, :since)
ON CONFLICT (coalesce(bin_id, ''), coalesce(counter_id, ''))
DO UPDATE SET since = least(left_post.since, excluded.since), taken = false;
