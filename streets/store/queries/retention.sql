-- name: delete_uplinks_before(received_before)!
-- Raw frames that came before then.
DELETE FROM uplink WHERE received_at < :received_before;

-- name: delete_doubtful_copies_before(received_before)!
-- Copies in doubt that came before then.
DELETE FROM doubtful_copy WHERE received_at < :received_before;

-- name: note_raw_deleted(received_before)!
-- Notes since when raw frames are kept: a longer retention brings nothing back.
INSERT INTO raw_kept (since) VALUES (:received_before)
ON CONFLICT (only_row) DO UPDATE SET since = greatest(raw_kept.since, excluded.since);

-- name: hold_reject_days(before)
-- Holds the counts of days with rejects (before one, where given) until the commit, in the order in which ingest takes them.
SELECT kept
FROM reject_day
WHERE kept > 0 AND (:before::date IS NULL OR day < :before)
ORDER BY day, source COLLATE "C", reason COLLATE "C"
FOR UPDATE;

-- name: delete_rejects_before(day)!
-- Refused messages of earlier days, but for those that are being tried again.
DELETE FROM reject WHERE reject_key IN (SELECT reject_key FROM reject WHERE day < :day FOR UPDATE SKIP LOCKED);

-- name: delete_reject_lines_before(day)!
-- The lines of earlier days.
DELETE FROM reject_line WHERE day < :day;

-- name: empty_reject_days_before(day)!
-- Of earlier days nothing is kept now but how many messages were refused.
UPDATE reject_day SET kept = 0, kept_bytes = 0 WHERE day < :day AND kept > 0;

-- name: delete_replay_requests_before(before)!
-- Replays that were asked for before then and are finished.
DELETE FROM replay_request WHERE asked_at < :before AND finished_at IS NOT NULL;

-- name: reject_bytes()^
-- What all rejects together count against their bound.
SELECT coalesce(sum(kept_bytes), 0)::bigint FROM reject_day WHERE kept_bytes > 0;

-- name: rejects_to_drop(bytes_too_many, limit)
-- Rejects to give up until so many bytes are gone: first those a replay has kept, then the oldest of the lines that have most.
SELECT reject_key
FROM (
    SELECT reject_key, settled, place, first_seen, size_bytes,
        sum(size_bytes) OVER (ORDER BY settled DESC, place DESC, first_seen, reject_key) AS gone_bytes
    FROM (
        SELECT reject_key, first_seen, size_bytes, replayed_times >= times AS settled,
            row_number() OVER (PARTITION BY source, speaker, reason ORDER BY last_seen DESC, reject_key) AS place
        FROM reject
    ) AS placed
) AS summed
WHERE gone_bytes - size_bytes < :bytes_too_many
ORDER BY settled DESC, place DESC, first_seen, reject_key
LIMIT :limit;

-- name: drop_rejects(reject_keys)^
-- Gives up these rejects, but for those that are being tried again; what of them no replay has kept stays counted on its line and
-- day. How many they were.
WITH gone AS (
    DELETE FROM reject
    WHERE reject_key IN (SELECT reject_key FROM reject WHERE reject_key = ANY(:reject_keys) FOR UPDATE SKIP LOCKED)
    RETURNING day, source, speaker, reason, size_bytes, times - replayed_times AS unkept
), of_line AS (
    UPDATE reject_line SET
        kept = reject_line.kept - gone.kept,
        kept_bytes = reject_line.kept_bytes - gone.kept_bytes,
        unkept = reject_line.unkept + gone.unkept
    FROM (
        SELECT day, source, speaker, reason, count(*) AS kept, sum(size_bytes) AS kept_bytes, sum(unkept) AS unkept
        FROM gone
        GROUP BY day, source, speaker, reason
    ) AS gone
    WHERE (reject_line.day, reject_line.source, reject_line.speaker, reject_line.reason)
        = (gone.day, gone.source, gone.speaker, gone.reason)
), of_day AS (
    UPDATE reject_day SET
        kept = reject_day.kept - gone.kept,
        kept_bytes = reject_day.kept_bytes - gone.kept_bytes,
        unkept = reject_day.unkept + gone.unkept
    FROM (
        SELECT day, source, reason, count(*) AS kept, sum(size_bytes) AS kept_bytes, sum(unkept) AS unkept
        FROM gone
        GROUP BY day, source, reason
    ) AS gone
    WHERE (reject_day.day, reject_day.source, reject_day.reason) = (gone.day, gone.source, gone.reason)
)
SELECT count(*) FROM gone;

-- name: delete_bumps_before(received_before)!
-- Single bumps that came before then; the sites found from them are kept.
DELETE FROM bump WHERE received_at < :received_before;

-- name: delete_coverage_before(received_before)!
-- Coverage counts that came before then.
DELETE FROM coverage WHERE received_at < :received_before;
