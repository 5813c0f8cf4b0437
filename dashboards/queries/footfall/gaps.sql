-- Hours not known per counter and reason, those with most first: a fault of the device's own, silence, or totals that do not tell.
SELECT counter, why, sum(not_known) AS hours, max(hour_start) AS last_hour
FROM board.footfall_gap
WHERE $__timeFilter(hour_start) AND place_id IN (${place:sqlstring})
GROUP BY counter, why
ORDER BY hours DESC
