-- People per hour at each place, with those estimated; an hour that a counter neither counted nor estimated has no figure.
SELECT hour_start AS time, place AS metric, sum(people) AS people
FROM board.footfall_hour
WHERE $__timeFilter(hour_start) AND place_id IN (${place:sqlstring}) AND coverage + estimated >= 0.75
GROUP BY 1, 2
ORDER BY 1
