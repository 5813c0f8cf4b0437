-- name: add_council(council, name, name_cy)!
-- A council, or its new name.
INSERT INTO council (council, name, name_cy) VALUES (:council, :name, :name_cy)
ON CONFLICT (council) DO UPDATE SET name = excluded.name, name_cy = excluded.name_cy;

-- name: owners_of_bins(ids)
-- Which council each of these bins belongs to.
SELECT bin_id AS id, council FROM bin WHERE bin_id = ANY(:ids);

-- name: owners_of_counters(ids)
-- Which council each of these counters belongs to.
SELECT counter_id AS id, council FROM counter WHERE counter_id = ANY(:ids);

-- name: owners_of_places(ids)
-- Which council each of these places belongs to.
SELECT place_id AS id, council FROM place WHERE place_id = ANY(:ids);

-- name: owners_of_devices(ids)
-- Which council each of these devices belongs to.
SELECT device AS id, council FROM device WHERE device = ANY(:ids);

-- name: owners_of_wards(ids)
-- Which council each of these wards belongs to.
SELECT ward_code AS id, council FROM ward WHERE ward_code = ANY(:ids);

-- name: put_bin(bin_id, council, name, lat, lon, usrn, capacity_l, visit_every_days, reach_from, reach_until)!
-- A bin, or what is now known of it.
INSERT INTO bin (bin_id, council, name, lat, lon, usrn, capacity_l, visit_every_days, reach_from, reach_until)
VALUES (:bin_id, :council, :name, :lat, :lon, :usrn, :capacity_l, :visit_every_days, :reach_from, :reach_until)
ON CONFLICT (bin_id) DO UPDATE SET
    name = excluded.name,
    lat = excluded.lat,
    lon = excluded.lon,
    usrn = excluded.usrn,
    capacity_l = excluded.capacity_l,
    visit_every_days = excluded.visit_every_days,
    reach_from = excluded.reach_from,
    reach_until = excluded.reach_until;

-- name: put_place(place_id, council, name, name_cy, lat, lon)!
-- A place, or what is now known of it.
INSERT INTO place (place_id, council, name, name_cy, lat, lon) VALUES (:place_id, :council, :name, :name_cy, :lat, :lon)
ON CONFLICT (place_id) DO UPDATE SET name = excluded.name, name_cy = excluded.name_cy, lat = excluded.lat, lon = excluded.lon;

-- name: put_counter(counter_id, council, place_id, name, lat, lon, in_label, out_label)!
-- A counter's post, or what is now known of it.
INSERT INTO counter (counter_id, council, place_id, name, lat, lon, in_label, out_label)
VALUES (:counter_id, :council, :place_id, :name, :lat, :lon, :in_label, :out_label)
ON CONFLICT (counter_id) DO UPDATE SET
    place_id = excluded.place_id,
    name = excluded.name,
    lat = excluded.lat,
    lon = excluded.lon,
    in_label = excluded.in_label,
    out_label = excluded.out_label;

-- name: put_device(device, council, model)!
-- A device, or the model that it now is.
INSERT INTO device (device, council, model) VALUES (:device, :council, :model)
ON CONFLICT (device) DO UPDATE SET model = excluded.model;

-- name: end_installation(device, line, valid_from)!
-- Ends what the device did until it stood anew: a version of the same line, or of all lines.
UPDATE installation SET valid_to = :valid_from
FROM device
WHERE device.device_id = installation.device_id
    AND device.device = :device
    AND installation.valid_from < :valid_from
    AND (installation.valid_to IS NULL OR installation.valid_to > :valid_from)
    AND (installation.line IS NULL OR :line::smallint IS NULL OR installation.line = :line);

-- name: put_installation(device, bin_id, counter_id, line, valid_from, valid_to, empty_mm, full_mm, blind_zone_mm, max_range_mm, period_s, report_every_s, swap_in_out)!
-- A version of how a device stands, which ends at the latest where the next one begins; the same version again is put right.
INSERT INTO installation (device_id, bin_id, counter_id, line, valid_from, valid_to, empty_mm, full_mm, blind_zone_mm,
    max_range_mm, period_s, report_every_s, swap_in_out)
SELECT device.device_id, :bin_id, :counter_id, :line, :valid_from,
    least(:valid_to::timestamptz, (
        SELECT min(next.valid_from)
        FROM installation AS next
        WHERE next.device_id = device.device_id
            AND next.valid_from > :valid_from
            AND (next.line IS NULL OR :line::smallint IS NULL OR next.line = :line)
    )),
    :empty_mm, :full_mm, :blind_zone_mm, :max_range_mm, :period_s, :report_every_s, :swap_in_out
FROM device
WHERE device.device = :device
ON CONFLICT (device_id, valid_from, coalesce(line, 0)) DO UPDATE SET
    bin_id = excluded.bin_id,
    counter_id = excluded.counter_id,
    valid_to = excluded.valid_to,
    empty_mm = excluded.empty_mm,
    full_mm = excluded.full_mm,
    blind_zone_mm = excluded.blind_zone_mm,
    max_range_mm = excluded.max_range_mm,
    period_s = excluded.period_s,
    report_every_s = excluded.report_every_s,
    swap_in_out = excluded.swap_in_out;

-- name: touch_installed(device, valid_from)!
-- Tells the jobs that the readings of a device mean something else from then on.
INSERT INTO touched (device_id, since, why)
SELECT device_id, :valid_from, 'record_changed' FROM device WHERE device = :device
ON CONFLICT (device_id) DO UPDATE SET since = least(touched.since, excluded.since), why = greatest(touched.why, excluded.why);

-- name: put_ward(ward_code, council, name, name_cy, boundary)!
-- A ward, or its new boundary.
INSERT INTO ward (ward_code, council, name, name_cy, boundary) VALUES (:ward_code, :council, :name, :name_cy, :boundary)
ON CONFLICT (ward_code) DO UPDATE SET name = excluded.name, name_cy = excluded.name_cy, boundary = excluded.boundary;

-- name: ward_boundaries(council)
-- The council's wards with their boundaries.
SELECT ward_code, boundary FROM ward WHERE council = :council ORDER BY ward_code;

-- name: bins_and_wards(council)
-- Where each of the council's bins stands, and the ward it was found in.
SELECT bin_id AS id, lat, lon, ward_code FROM bin WHERE council = :council ORDER BY bin_id;

-- name: counters_and_wards(council)
-- Where each of the council's counters stands, and the ward it was found in.
SELECT counter_id AS id, lat, lon, ward_code FROM counter WHERE council = :council ORDER BY counter_id;

-- name: put_bin_in_ward(id, ward_code)!
-- The ward that a bin stands in.
UPDATE bin SET ward_code = :ward_code WHERE bin_id = :id;

-- name: put_counter_in_ward(id, ward_code)!
-- The ward that a counter stands in.
UPDATE counter SET ward_code = :ward_code WHERE counter_id = :id;

-- name: put_streets(council, osm_pbf, sha256, imported_at)!
-- The council's streets, in place of the former extract.
INSERT INTO street_extract (council, osm_pbf, sha256, imported_at) VALUES (:council, :osm_pbf, :sha256, :imported_at)
ON CONFLICT (council) DO UPDATE SET osm_pbf = excluded.osm_pbf, sha256 = excluded.sha256, imported_at = excluded.imported_at;

-- name: put_ironwork(council, ironwork_id, kind, lat, lon)!
-- A cover, gully or hump, or what is now known of it.
INSERT INTO ironwork (council, ironwork_id, kind, lat, lon) VALUES (:council, :ironwork_id, :kind, :lat, :lon)
ON CONFLICT (council, ironwork_id) DO UPDATE SET kind = excluded.kind, lat = excluded.lat, lon = excluded.lon;

-- name: put_base(council, base_id, kind, name, lat, lon, service_s)!
-- A depot or tip, or what is now known of it.
INSERT INTO round_base (council, base_id, kind, name, lat, lon, service_s)
VALUES (:council, :base_id, :kind, :name, :lat, :lon, :service_s)
ON CONFLICT (council, base_id) DO UPDATE SET
    kind = excluded.kind,
    name = excluded.name,
    lat = excluded.lat,
    lon = excluded.lon,
    service_s = excluded.service_s;

-- name: put_vehicle(council, vehicle_id, name, capacity_l, shift_from, shift_until)!
-- A vehicle, or what is now known of it.
INSERT INTO vehicle (council, vehicle_id, name, capacity_l, shift_from, shift_until)
VALUES (:council, :vehicle_id, :name, :capacity_l, :shift_from, :shift_until)
ON CONFLICT (council, vehicle_id) DO UPDATE SET
    name = excluded.name,
    capacity_l = excluded.capacity_l,
    shift_from = excluded.shift_from,
    shift_until = excluded.shift_until;

-- name: council_began(council)^
-- When the first of a council's devices was installed.
SELECT min(installation.valid_from) FROM installation JOIN device USING (device_id) WHERE device.council = :council;
