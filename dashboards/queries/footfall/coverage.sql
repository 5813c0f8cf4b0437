-- How much of each hour was counted, per counter.
SELECT hour_start AS time, counter AS metric, coverage
FROM board.footfall_hour
WHERE $__timeFilter(hour_start) AND place_id IN (${place:sqlstring})
ORDER BY 1
