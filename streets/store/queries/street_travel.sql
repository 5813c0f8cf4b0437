-- name: street_travel(council, vehicle_size, basis)^
-- What is kept of the ways between a council's points for vehicles of a size, if it rests on this basis.
SELECT lats, lons, off_m, open_from_s, open_until_s, seconds, metres FROM street_travel
WHERE council = :council AND vehicle_size = :vehicle_size AND basis = :basis;

-- name: keep_street_travel(council, vehicle_size, basis, computed_at, lats, lons, off_m, open_from_s, open_until_s, seconds, metres)!
-- Keep the ways between a council's points in place of what was kept of them; unless another transaction is about to.
INSERT INTO street_travel (council, vehicle_size, basis, computed_at, lats, lons, off_m, open_from_s, open_until_s, seconds, metres)
SELECT :council, :vehicle_size, :basis, :computed_at, :lats::float8[], :lons::float8[], :off_m::float8[], :open_from_s::integer[],
    :open_until_s::integer[], :seconds::bytea, :metres::bytea
WHERE pg_try_advisory_xact_lock(hashtextextended('street travel ' || :council, 0))
ON CONFLICT (council, vehicle_size) DO UPDATE SET basis = excluded.basis, computed_at = excluded.computed_at, lats = excluded.lats,
    lons = excluded.lons, off_m = excluded.off_m, open_from_s = excluded.open_from_s, open_until_s = excluded.open_until_s,
    seconds = excluded.seconds, metres = excluded.metres;
