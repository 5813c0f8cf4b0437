-- name: rejects_to_replay(reason, speaker, source, since, council, after_seen, after_key, limit)
-- The next refused messages that no replay has kept yet and whose bytes are kept whole, oldest first.
SELECT reject_key, source, topic, speaker, device, council, reason, detail, session, f_cnt, partial, raw, raw_bytes, first_seen,
    last_seen, times, replayed_times, replayed_at, replay_outcome
FROM reject
WHERE replayed_times < times
    AND length(raw) = raw_bytes
    AND (:reason::text IS NULL OR reason = :reason)
    AND (:speaker::text IS NULL OR speaker = :speaker)
    AND (:source::text IS NULL OR source = :source)
    AND (:since::timestamptz IS NULL OR last_seen >= :since)
    AND (:council::text IS NULL OR council_of_reject(council, device) = :council)
    AND (:after_seen::timestamptz IS NULL OR (first_seen, reject_key) > (:after_seen, :after_key::uuid))
ORDER BY first_seen, reject_key
LIMIT :limit;

-- name: count_rejects_to_replay(reason, speaker, source, since, council)^
-- How many refused messages are worth another try.
SELECT count(*)
FROM reject
WHERE replayed_times < times
    AND length(raw) = raw_bytes
    AND (:reason::text IS NULL OR reason = :reason)
    AND (:speaker::text IS NULL OR speaker = :speaker)
    AND (:source::text IS NULL OR source = :source)
    AND (:since::timestamptz IS NULL OR last_seen >= :since)
    AND (:council::text IS NULL OR council_of_reject(council, device) = :council);

-- name: named_rejects(reject_keys, council)
-- The refused messages of these keys, oldest first.
SELECT reject_key, source, topic, speaker, device, council, reason, detail, session, f_cnt, partial, raw, raw_bytes, first_seen,
    last_seen, times, replayed_times, replayed_at, replay_outcome
FROM reject
WHERE reject_key = ANY(:reject_keys) AND (:council::text IS NULL OR council_of_reject(council, device) = :council)
ORDER BY first_seen, reject_key;

-- name: stay_rejects(reject_keys)
-- Those of these rejects that there still are; they do not give way until the commit, and may be counted up meanwhile.
SELECT reject_key FROM reject WHERE reject_key = ANY(:reject_keys) ORDER BY reject_key FOR KEY SHARE;

-- name: hold_days_of_rejects(reject_keys)
-- Holds the counts of the days of these rejects until the commit, in the order in which ingest takes them.
SELECT kept
FROM reject_day
WHERE (day, source, reason) IN (SELECT day, source, reason FROM reject WHERE reject_key = ANY(:reject_keys))
ORDER BY day, source COLLATE "C", reason COLLATE "C"
FOR UPDATE;

-- name: hold_rejects(reject_keys)
-- Holds these rejects until the commit; how many messages of each no replay has kept.
SELECT reject_key, times - replayed_times
FROM reject
WHERE reject_key = ANY(:reject_keys)
ORDER BY reject_key
FOR NO KEY UPDATE;

-- name: mark_replayed(reject_keys, outcomes, done, at)!
-- Notes what became of refused messages when they were tried again; what is kept now is settled, and counted so on its line.
WITH tried AS (
    SELECT * FROM unnest(:reject_keys::uuid[], :outcomes::text[]) AS tried (reject_key, outcome)
), settled AS (
    SELECT reject.day, reject.source, reject.speaker, reject.reason, sum(reject.times - reject.replayed_times) AS times
    FROM reject
    JOIN tried USING (reject_key)
    WHERE tried.outcome = ANY(:done)
    GROUP BY reject.day, reject.source, reject.speaker, reject.reason
), of_line AS (
    UPDATE reject_line SET replayed = reject_line.replayed + settled.times
    FROM settled
    WHERE (reject_line.day, reject_line.source, reject_line.speaker, reject_line.reason)
        = (settled.day, settled.source, settled.speaker, settled.reason)
)
UPDATE reject SET
    replayed_at = :at,
    replay_outcome = tried.outcome,
    replayed_times = CASE WHEN tried.outcome = ANY(:done) THEN reject.times ELSE reject.replayed_times END
FROM tried
WHERE reject.reject_key = tried.reject_key;

-- name: forget_refused_frames(reject_keys)!
-- The frames of these rejects are kept now: they are in uplink, should their envelope be read otherwise even by another number.
WITH heard AS (
    SELECT refused_frame.ctid AS place
    FROM refused_frame
    JOIN reject USING (device, session, f_cnt, source)
    WHERE reject_key = ANY(:reject_keys) AND NOT partial
        AND occurrence = coalesce((extract(epoch FROM reject.observed_at - '2000-01-01Z'::timestamptz) * 1000000)::bigint, 0)
    ORDER BY device COLLATE "C", session COLLATE "C", f_cnt, source COLLATE "C", occurrence
    FOR UPDATE OF refused_frame
)
DELETE FROM refused_frame USING heard WHERE refused_frame.ctid = heard.place;

-- name: ask_for_replay(request_id, council, reject_key, reason, speaker, at, by)!
-- Writes down what an officer wants tried again, unless the same waits already.
INSERT INTO replay_request (request_id, council, reject_key, reason, speaker, asked_at, asked_by)
SELECT :request_id, nullif(:council, ''), :reject_key, :reason, :speaker, :at, :by
WHERE NOT EXISTS (
    SELECT
    FROM replay_request
    WHERE finished_at IS NULL
        AND coalesce(council, '') = :council
        AND (reject_key, reason, speaker) IS NOT DISTINCT FROM (:reject_key::uuid, :reason::text, :speaker::text)
);

-- name: replay_requests(council, limit)
-- What the officers of a council asked to try again, the latest first.
SELECT request_id, coalesce(council, '') AS council, reject_key, reason, speaker, asked_at, asked_by, tried, kept, tried_seen, tried_key, finished_at
FROM replay_request
WHERE coalesce(council, '') = :council
ORDER BY asked_at DESC
LIMIT :limit;

-- name: next_replay_request()^
-- A replay asked for that is not finished and that no other process works on: the one that has come least far, so that a long one
-- keeps nobody waiting. Held until the commit.
SELECT request_id, coalesce(council, '') AS council, reject_key, reason, speaker, asked_at, asked_by, tried, kept, tried_seen, tried_key, finished_at
FROM replay_request
WHERE finished_at IS NULL
ORDER BY tried, asked_at
LIMIT 1
FOR UPDATE SKIP LOCKED;

-- name: note_replay_progress(request_id, tried, kept, tried_seen, tried_key, finished_at)!
-- Notes how far a replay has come.
UPDATE replay_request SET
    tried = tried + :tried,
    kept = kept + :kept,
    tried_seen = coalesce(:tried_seen, tried_seen),
    tried_key = coalesce(:tried_key, tried_key),
    finished_at = :finished_at
WHERE request_id = :request_id;
