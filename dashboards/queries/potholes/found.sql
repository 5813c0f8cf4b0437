-- Published sites by the day they were first felt.
SELECT date_trunc('day', first_hour) AS time, count(*) AS sites
FROM board.pothole_site
WHERE $__timeFilter(first_hour) AND ward_code IN (${ward:sqlstring})
GROUP BY 1
ORDER BY 1
