-- When each counter was last heard, oldest first: a dead counter is not a quiet street.
SELECT place, counter, max(hour_start) AS last_hour
FROM board.footfall_hour
WHERE place_id IN (${place:sqlstring})
GROUP BY place, counter
ORDER BY last_hour
