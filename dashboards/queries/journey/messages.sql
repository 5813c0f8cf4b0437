-- What became of the messages of each day.
SELECT day::timestamptz AS time, sum(stored) AS "stored", sum(duplicate) AS "duplicate", sum(rejected) AS "rejected"
FROM board.ledger
WHERE $__timeFilter(day::timestamptz)
GROUP BY 1
ORDER BY 1
