-- name: begin_copy()!
-- A place in the transaction to come back to.
SAVEPOINT copying;

-- name: undo_copy()!
-- Back to where copying began.
ROLLBACK TO SAVEPOINT copying;

-- name: unstage()!
-- Clears the staging rooms that this transaction has used before.
DROP TABLE IF EXISTS pg_temp.staged_uplink, pg_temp.staged_level_reading, pg_temp.staged_count_reading, pg_temp.staged_bump,
    pg_temp.staged_coverage;
