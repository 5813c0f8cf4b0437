-- Visits of the rounds beside those that the schedule would have made, on days that are counted; no point: the day is not.
SELECT service_date::timestamptz AS time, sum(planned_visits) AS "visits made", sum(schedule_visits) AS "by the schedule"
FROM board.savings_day
WHERE $__timeFilter(service_date::timestamptz) AND state = 'counted'
GROUP BY 1
ORDER BY 1
