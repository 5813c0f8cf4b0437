-- Messages whose outcomes, or refusals whose reasons, do not add up, on any day: must be 0.
SELECT coalesce(sum(abs(received - stored - duplicate - rejected) + abs(rejected - coalesce(with_reason, 0))), 0) AS unexplained
FROM board.ledger
LEFT JOIN (SELECT day, source, sum(rejected) AS with_reason FROM board.ledger_reason GROUP BY day, source) AS reasons
    USING (day, source)
