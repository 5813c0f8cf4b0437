-- What running totals tell of the counters themselves, newest first: wrapped, reset, implausible, or other people than the periods.
SELECT until AS seen_at, counter, kind, by_periods, by_totals
FROM board.counter_finding
WHERE $__timeFilter(until) AND place_id IN (${place:sqlstring})
ORDER BY until DESC
LIMIT 200
