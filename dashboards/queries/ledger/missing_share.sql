-- Missing frames as a share of those sent, 0 to 1, on each day.
SELECT day::timestamptz AS time, source AS metric, missing::double precision / nullif(sent, 0) AS value
FROM board.frame_day
WHERE $__timeFilter(day::timestamptz)
ORDER BY 1, 2
