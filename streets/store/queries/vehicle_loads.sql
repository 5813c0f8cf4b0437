-- name: add_vehicle_load(load_id, council, vehicle_id, service_date, at, load_share, received_at, told_by)!
-- Keep how full a crew found its vehicle; the same identity again changes nothing.
INSERT INTO vehicle_load (load_id, council, vehicle_id, service_date, at, load_share, received_at, told_by)
VALUES (:load_id, :council, :vehicle_id, :service_date, :at, :load_share, :received_at, :told_by)
ON CONFLICT (load_id) DO NOTHING;

-- name: vehicle_loads_of_day(council, service_date)
-- The last that the crew of each vehicle told of its load on a day.
SELECT DISTINCT ON (vehicle_id) vehicle_id, at, load_share
FROM vehicle_load
WHERE council = :council AND service_date = :service_date
ORDER BY vehicle_id, at DESC, received_at DESC;

-- name: bin_capacities(council)
-- What each of a council's bins holds.
SELECT bin_id, capacity_l FROM bin WHERE council = :council;
