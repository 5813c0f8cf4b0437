-- Published sites, worst first.
SELECT site_id, street, ward, reporters, bumps, days, severity_g, first_hour, last_hour
FROM board.pothole_site
WHERE ward_code IN (${ward:sqlstring})
ORDER BY reporters DESC, severity_g DESC
LIMIT 200
