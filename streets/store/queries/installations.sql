-- name: lock_device(device)!
-- One at a time changes where a device stands, until the transaction ends.
SELECT device_id FROM device WHERE device = :device FOR NO KEY UPDATE;

-- name: versions(council, device, post, installation_id)
-- The versions of a council's installations, of one device, bin or counter where given, or one of them, the latest first.
SELECT
    installation.installation_id, device.device, device.model, installation.bin_id, installation.counter_id, installation.line,
    installation.valid_from, installation.valid_to, installation.empty_mm, installation.full_mm, installation.blind_zone_mm,
    installation.max_range_mm, installation.period_s, installation.report_every_s, installation.swap_in_out, installation.mount,
    installation.mount_angle_deg::double precision, installation.liner, installation.inner_width_mm,
    installation.tilt_normal_deg::double precision, installation.in_label, installation.out_label, installation.why,
    installation.note, installation.told_by, installation.told_at, installation.end_why, installation.end_note
FROM installation
JOIN device USING (device_id)
WHERE device.council = :council
    AND (:device::text IS NULL OR device.device = :device)
    AND (:post::text IS NULL OR :post IN (installation.bin_id, installation.counter_id))
    AND (:installation_id::integer IS NULL OR installation.installation_id = :installation_id)
ORDER BY installation.valid_from DESC, device.device, installation.line;

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
