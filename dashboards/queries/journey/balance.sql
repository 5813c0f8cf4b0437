-- Messages that the ledger cannot explain: must be 0.
SELECT coalesce(sum(received - stored - duplicate - rejected), 0) AS unexplained
FROM board.ledger
