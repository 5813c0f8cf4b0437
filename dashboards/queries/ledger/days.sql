-- What each network's devices sent, by their own counters, and what came of it; empty where no counter tells.
SELECT coalesce(ledger.day, frame_day.day) AS "day", coalesce(ledger.source, frame_day.source) AS "network",
    sent, missing, received, stored, duplicate, rejected
FROM (SELECT * FROM board.ledger WHERE $__timeFilter(day::timestamptz)) AS ledger
FULL JOIN (SELECT * FROM board.frame_day WHERE $__timeFilter(day::timestamptz)) AS frame_day
    ON (frame_day.day, frame_day.source) = (ledger.day, ledger.source)
ORDER BY 1 DESC, 2
