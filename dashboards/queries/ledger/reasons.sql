-- Messages refused on each day, by reason.
SELECT day::timestamptz AS time, reason AS metric, sum(rejected) AS value
FROM board.ledger_reason
WHERE $__timeFilter(day::timestamptz)
GROUP BY 1, 2
ORDER BY 1, 2
