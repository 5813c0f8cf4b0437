-- How much of each hour is estimated from running totals because messages are missing, per counter.
SELECT hour_start AS time, counter AS metric, estimated
FROM board.footfall_hour
WHERE $__timeFilter(hour_start) AND place_id IN (${place:sqlstring})
ORDER BY 1
