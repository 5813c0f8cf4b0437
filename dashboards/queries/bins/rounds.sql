-- Rounds in force: bins visited and kilometres driven per day.
SELECT service_date::timestamptz AS time, sum(bins) AS "bins", sum(distance_m) / 1000.0 AS "kilometres"
FROM board.round
WHERE $__timeFilter(service_date::timestamptz) AND council IN (SELECT council FROM board.ward WHERE ward_code IN (${ward:sqlstring}))
GROUP BY 1
ORDER BY 1
