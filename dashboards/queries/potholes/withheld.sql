-- How many sites are not published, and why.
SELECT withheld_because, sum(sites) AS sites
FROM board.pothole_withheld
WHERE ward_code IN (${ward:sqlstring})
GROUP BY withheld_because
ORDER BY sites DESC
