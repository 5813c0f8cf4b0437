-- Rows that every batch counts up keep half of their page free: PostgreSQL then changes them in place, without a word to the index.
-- depends: 0002_journey

ALTER TABLE ledger SET (fillfactor = 50);
ALTER TABLE touched SET (fillfactor = 50);
