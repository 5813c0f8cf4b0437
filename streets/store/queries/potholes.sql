-- name: bumps_of_council(council)
-- Every bump of a council that is still kept.
SELECT lat, lon, reporter, hour_start, severity_g FROM bump WHERE council = :council ORDER BY bump_key;

-- name: ironwork_of_council(council)
-- A council's known ironwork and speed bumps.
SELECT ironwork_id, kind, lat, lon FROM ironwork WHERE council = :council ORDER BY ironwork_id;

-- name: councils_with_bumps()
-- Every council of which bumps are kept.
SELECT DISTINCT council FROM bump ORDER BY council;

-- name: known_sites(council)
-- Where every site of a council was last found.
SELECT site_id, lat, lon, street, published FROM pothole_site WHERE council = :council ORDER BY site_id;

-- name: keep_site(site_id, council, lat, lon, ward_code, street, reporters, bumps, days, severity_g, likely, near_ironwork, first_hour, last_hour, published, withheld_because, at)!
-- Keep a site as now understood; the first hour that it was felt is never forgotten.
INSERT INTO pothole_site (site_id, council, lat, lon, ward_code, street, reporters, bumps, days, severity_g, likely, near_ironwork,
    first_hour, last_hour, published, withheld_because, computed_at)
VALUES (:site_id, :council, :lat, :lon, :ward_code, :street, :reporters, :bumps, :days, :severity_g, :likely, :near_ironwork,
    :first_hour, :last_hour, :published, :withheld_because, :at)
ON CONFLICT (site_id) DO UPDATE SET
    lat = excluded.lat,
    lon = excluded.lon,
    ward_code = excluded.ward_code,
    street = excluded.street,
    reporters = excluded.reporters,
    bumps = excluded.bumps,
    days = excluded.days,
    severity_g = excluded.severity_g,
    likely = excluded.likely,
    near_ironwork = excluded.near_ironwork,
    first_hour = least(pothole_site.first_hour, excluded.first_hour),
    last_hour = excluded.last_hour,
    published = excluded.published,
    withheld_because = excluded.withheld_because,
    computed_at = excluded.computed_at;

-- name: forget_unseen_sites(council, at)!
-- Drop withheld sites that no bump supports any more; what was published stays.
DELETE FROM pothole_site WHERE council = :council AND NOT published AND computed_at < :at;

-- name: published_sites(ward, west, south, east, north)
-- The sites shown to the public, the most often felt first, in a ward or a box where asked for.
SELECT site_id, council, lat, lon, ward_code, ward.name AS ward_name, ward.name_cy AS ward_name_cy, street, reporters, bumps,
    days, severity_g, first_hour, last_hour, computed_at
FROM pothole_site LEFT JOIN ward USING (council, ward_code)
WHERE published
    AND (:ward::text IS NULL OR ward_code = :ward)
    AND (:west::float8 IS NULL OR lon BETWEEN :west AND :east AND lat BETWEEN :south AND :north)
ORDER BY reporters DESC, severity_g DESC, site_id;

-- name: published_site(site_id)
-- One site, if it is shown to the public.
SELECT site_id, council, lat, lon, ward_code, ward.name AS ward_name, ward.name_cy AS ward_name_cy, street, reporters, bumps,
    days, severity_g, first_hour, last_hour, computed_at
FROM pothole_site LEFT JOIN ward USING (council, ward_code)
WHERE published AND site_id = :site_id;

-- name: withheld_counts()
-- How many sites are withheld, by reason.
SELECT withheld_because, count(*) AS sites FROM pothole_site WHERE NOT published GROUP BY withheld_because ORDER BY withheld_because;

-- name: streets_driven(since)
-- How often each reporter drove each street, by week.
SELECT street, week_start, reporter, sum(passes)::integer AS passes FROM coverage WHERE week_start >= :since
GROUP BY street, week_start, reporter ORDER BY week_start, street, reporter;

-- name: keep_salt(week_start, salt)!
-- Keep the week's secret, unless another process was first.
INSERT INTO reporter_salt (week_start, salt) VALUES (:week_start, :salt) ON CONFLICT DO NOTHING;

-- name: salt(week_start)
-- The week's secret.
SELECT salt FROM reporter_salt WHERE week_start = :week_start;

-- name: forget_salts(week_start)!
-- Delete the secrets of weeks that are over: their tokens can no longer be made.
DELETE FROM reporter_salt WHERE week_start < :week_start;
