-- name: wards()
-- Every ward, by name.
SELECT ward_code, council, name, name_cy
FROM ward
ORDER BY name, ward_code;

-- name: ward_areas()
-- The boundaries of every council's wards.
SELECT council, ward_code, boundary FROM ward ORDER BY ward_code;

-- name: ward_bins(at)
-- Every active bin as its ward counts it.
SELECT
    bin.council,
    bin.ward_code,
    coalesce(bin_status.state, 'no_sensor') AS state,
    bin_status.fill_pct,
    bin_status.observed_at,
    (
        SELECT count(*)
        FROM emptying
        WHERE emptying.bin_id = bin.bin_id
            AND emptying.emptied_at > :at - INTERVAL '7 days' AND emptying.emptied_at <= :at
    ) AS emptied_7d
FROM bin
LEFT JOIN bin_status USING (bin_id)
WHERE bin.active;

-- name: ward_places()
-- Which places have a counter in which ward.
SELECT DISTINCT ward_code, place_id
FROM counter
WHERE ward_code IS NOT NULL;

-- name: ward_potholes()
-- Published pothole sites of each ward, and when sites were last looked for.
SELECT
    ward.ward_code,
    count(pothole_site.site_id) AS sites,
    (SELECT max(finished_at) FROM job_run WHERE job = 'pothole_sites' AND ok) AS looked_at
FROM ward
LEFT JOIN pothole_site ON pothole_site.ward_code = ward.ward_code AND pothole_site.published
GROUP BY ward.ward_code;
