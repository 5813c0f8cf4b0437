-- Published sites, for the map.
SELECT site_id, street, lat, lon, severity_g
FROM board.pothole_site
WHERE ward_code IN (${ward:sqlstring})
