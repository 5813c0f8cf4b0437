-- Mean people per hour of the day and day of the week, local time, over the chosen time; estimates are left out.
SELECT
    trim(to_char(hour_start AT TIME ZONE 'Europe/London', 'ID Day')) AS weekday,
    extract(hour FROM hour_start AT TIME ZONE 'Europe/London')::int AS hour,
    avg((people - estimated_people) / coverage) AS people
FROM board.footfall_hour
WHERE $__timeFilter(hour_start) AND place_id IN (${place:sqlstring}) AND coverage >= 0.75
GROUP BY 1, 2
ORDER BY 1, 2
