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

-- name: put_bin(bin_id, council, name, lat, lon, usrn, capacity_l, visit_every_days, reach_from, reach_until, active, kg_per_l)!
-- A bin, or what is now known of it.
INSERT INTO bin (bin_id, council, name, lat, lon, usrn, capacity_l, visit_every_days, reach_from, reach_until, active, kg_per_l)
VALUES (:bin_id, :council, :name, :lat, :lon, :usrn, :capacity_l, :visit_every_days, :reach_from, :reach_until, :active, :kg_per_l)
ON CONFLICT (bin_id) DO UPDATE SET
    name = excluded.name,
    lat = excluded.lat,
    lon = excluded.lon,
    usrn = excluded.usrn,
    capacity_l = excluded.capacity_l,
    visit_every_days = excluded.visit_every_days,
    reach_from = excluded.reach_from,
    reach_until = excluded.reach_until,
    active = excluded.active,
    kg_per_l = excluded.kg_per_l;

-- name: put_place(place_id, council, name, name_cy, lat, lon)!
-- A place, or what is now known of it.
INSERT INTO place (place_id, council, name, name_cy, lat, lon) VALUES (:place_id, :council, :name, :name_cy, :lat, :lon)
ON CONFLICT (place_id) DO UPDATE SET name = excluded.name, name_cy = excluded.name_cy, lat = excluded.lat, lon = excluded.lon;

-- name: put_counter(counter_id, council, place_id, name, lat, lon, usrn, in_label, out_label)!
-- A counter's post, or what is now known of it.
INSERT INTO counter (counter_id, council, place_id, name, lat, lon, usrn, in_label, out_label)
VALUES (:counter_id, :council, :place_id, :name, :lat, :lon, :usrn, :in_label, :out_label)
ON CONFLICT (counter_id) DO UPDATE SET
    place_id = excluded.place_id,
    name = excluded.name,
    lat = excluded.lat,
    lon = excluded.lon,
    usrn = excluded.usrn,
    in_label = excluded.in_label,
    out_label = excluded.out_label;

-- name: put_device(device, council, model, default_password_changed, default_password_checked_on, vulnerability_contact, supported_until)!
-- A device, or what is now known of it.
INSERT INTO device (device, council, model, default_password_changed, default_password_checked_on, vulnerability_contact,
    supported_until)
VALUES (:device, :council, :model, :default_password_changed, :default_password_checked_on, :vulnerability_contact,
    :supported_until)
ON CONFLICT (device) DO UPDATE SET
    model = excluded.model,
    default_password_changed = excluded.default_password_changed,
    default_password_checked_on = excluded.default_password_checked_on,
    vulnerability_contact = excluded.vulnerability_contact,
    supported_until = excluded.supported_until;

-- name: register_device(device, council, model)!
-- A device as an installation names it, or the model that it now is.
INSERT INTO device (device, council, model) VALUES (:device, :council, :model)
ON CONFLICT (device) DO UPDATE SET model = excluded.model WHERE device.model <> excluded.model;

-- name: put_gazetteer(usrn, council, name, name_cy)!
-- A street of the gazetteer, or its new name.
INSERT INTO street (usrn, council, name, name_cy) VALUES (:usrn, :council, :name, :name_cy)
ON CONFLICT (council, usrn) DO UPDATE SET name = excluded.name, name_cy = excluded.name_cy;

-- name: kept_wards(council)
-- The council's wards, as a file has them.
SELECT ward_code, name, name_cy, boundary FROM ward WHERE council = :council ORDER BY ward_code;

-- name: kept_gazetteer(council)
-- The council's streets, as a file has them.
SELECT usrn, name, name_cy FROM street WHERE council = :council ORDER BY usrn;

-- name: kept_bins(council)
-- The council's bins, as a file has them.
SELECT bin_id, name, lat, lon, usrn, capacity_l, visit_every_days, reach_from, reach_until, active, kg_per_l
FROM bin WHERE council = :council ORDER BY bin_id;

-- name: kept_counters(council)
-- The council's counters with their places, as a file has them.
SELECT counter.counter_id, counter.place_id, place.name AS place_name, place.name_cy AS place_name_cy, counter.name,
    counter.lat, counter.lon, counter.usrn, counter.in_label, counter.out_label
FROM counter JOIN place USING (place_id)
WHERE counter.council = :council ORDER BY counter.counter_id;

-- name: kept_devices(council)
-- The council's devices, as a file has them.
SELECT device, model, default_password_changed, default_password_checked_on, vulnerability_contact, supported_until
FROM device WHERE council = :council ORDER BY device;

-- name: kept_installations(council)
-- Every version of the council's installations, as a file has them.
SELECT device.device, device.model, installation.bin_id, installation.counter_id, installation.line, installation.valid_from,
    installation.valid_to, installation.empty_mm, installation.full_mm, installation.blind_zone_mm, installation.max_range_mm,
    installation.period_s, installation.report_every_s, installation.swap_in_out, installation.mount,
    installation.mount_angle_deg, installation.liner, installation.inner_width_mm, installation.tilt_normal_deg,
    installation.in_label, installation.out_label, installation.note
FROM installation JOIN device USING (device_id)
WHERE device.council = :council ORDER BY device.device, installation.valid_from, installation.line;

-- name: kept_ironwork(council)
-- The council's covers, gullies and humps, as a file has them.
SELECT ironwork_id, kind, lat, lon FROM ironwork WHERE council = :council ORDER BY ironwork_id;

-- name: kept_bases(council)
-- The council's depots and tips, as a file has them.
SELECT base_id, kind, name, lat, lon, service_s, open_from, open_until FROM round_base WHERE council = :council ORDER BY base_id;

-- name: kept_vehicles(council)
-- The council's vehicles, as a file has them.
SELECT vehicle_id, name, capacity_l, shift_from, shift_until, capacity_kg, break_min, break_from, break_until,
    weight_t, width_m, height_m
FROM vehicle WHERE council = :council ORDER BY vehicle_id;

-- name: kept_streets_hash(council)^
-- SHA-256 of the council's street extract.
SELECT sha256 FROM street_extract WHERE council = :council;

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

-- name: put_base(council, base_id, kind, name, lat, lon, service_s, open_from, open_until)!
-- A depot or tip, or what is now known of it.
INSERT INTO round_base (council, base_id, kind, name, lat, lon, service_s, open_from, open_until)
VALUES (:council, :base_id, :kind, :name, :lat, :lon, :service_s, :open_from, :open_until)
ON CONFLICT (council, base_id) DO UPDATE SET
    kind = excluded.kind,
    name = excluded.name,
    lat = excluded.lat,
    lon = excluded.lon,
    service_s = excluded.service_s,
    open_from = excluded.open_from,
    open_until = excluded.open_until;

-- name: put_vehicle(council, vehicle_id, name, capacity_l, shift_from, shift_until, capacity_kg, break_min, break_from, break_until, weight_t, width_m, height_m)!
-- A vehicle, or what is now known of it.
INSERT INTO vehicle (
    council, vehicle_id, name, capacity_l, shift_from, shift_until, capacity_kg, break_min, break_from, break_until, weight_t,
    width_m, height_m
)
VALUES (
    :council, :vehicle_id, :name, :capacity_l, :shift_from, :shift_until, :capacity_kg, :break_min, :break_from, :break_until,
    :weight_t, :width_m, :height_m
)
ON CONFLICT (council, vehicle_id) DO UPDATE SET
    name = excluded.name,
    capacity_l = excluded.capacity_l,
    shift_from = excluded.shift_from,
    shift_until = excluded.shift_until,
    capacity_kg = excluded.capacity_kg,
    break_min = excluded.break_min,
    break_from = excluded.break_from,
    break_until = excluded.break_until,
    weight_t = excluded.weight_t,
    width_m = excluded.width_m,
    height_m = excluded.height_m;

-- name: council_began(council)^
-- When the first of a council's devices was installed.
SELECT min(installation.valid_from) FROM installation JOIN device USING (device_id) WHERE device.council = :council;
