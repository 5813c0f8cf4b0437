-- Emptyings per day, as sensors saw them and crews told them.
SELECT date_trunc('day', emptied_at) AS time, seen_by AS metric, count(*) AS emptyings
FROM board.emptying
WHERE $__timeFilter(emptied_at) AND ward_code IN (${ward:sqlstring})
GROUP BY 1, 2
ORDER BY 1
