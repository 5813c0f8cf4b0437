-- Frames that devices sent on each day, by their own counters, and that never came.
SELECT day::timestamptz AS time, source AS metric, missing AS value
FROM board.frame_day
WHERE $__timeFilter(day::timestamptz)
ORDER BY 1, 2
