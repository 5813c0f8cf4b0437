-- name: database_time()^
-- The database's own clock.
SELECT now();
