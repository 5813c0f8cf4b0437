-- Kilometres of the rounds beside those of the schedule, on days that are counted.
SELECT service_date::timestamptz AS time, sum(planned_m) / 1000.0 AS "driven", sum(schedule_m) / 1000.0 AS "by the schedule"
FROM board.savings_day
WHERE $__timeFilter(service_date::timestamptz) AND state = 'counted'
GROUP BY 1
ORDER BY 1
