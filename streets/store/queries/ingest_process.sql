-- name: ingest_process_noted(process, began_at, noted_at, ended, connected, in_hand, oldest_in_hand_s, turn_age_s, lag_s, caught_up_at, exposition)!
-- Keep what an ingest process says of itself, in place of what it said before.
INSERT INTO ingest_process (
    process, began_at, noted_at, ended, connected, in_hand, oldest_in_hand_s, turn_age_s, lag_s, caught_up_at, exposition
)
VALUES (
    :process, :began_at, :noted_at, :ended, :connected, :in_hand, :oldest_in_hand_s, :turn_age_s, :lag_s, :caught_up_at,
    :exposition
)
ON CONFLICT (process) DO UPDATE SET
    began_at = excluded.began_at,
    noted_at = excluded.noted_at,
    ended = excluded.ended,
    connected = excluded.connected,
    in_hand = excluded.in_hand,
    oldest_in_hand_s = excluded.oldest_in_hand_s,
    turn_age_s = excluded.turn_age_s,
    lag_s = excluded.lag_s,
    caught_up_at = excluded.caught_up_at,
    exposition = excluded.exposition;

-- name: ingest_processes()
-- What each ingest process last said of itself.
SELECT
    process, began_at, noted_at, ended, connected, in_hand, oldest_in_hand_s, turn_age_s, lag_s, caught_up_at, exposition
FROM ingest_process
ORDER BY process;

-- name: delete_ingest_processes_before(noted_before)!
-- Ingest processes that have said nothing since then.
DELETE FROM ingest_process WHERE noted_at < :noted_before;
