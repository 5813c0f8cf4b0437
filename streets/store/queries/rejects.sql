-- name: count_reject_day(day, source, reason, refused)!
-- Adds messages to what was refused on a day for a reason, and holds that row until the commit.
INSERT INTO reject_day (day, source, reason, refused, kept, kept_bytes, unkept)
VALUES (:day, :source, :reason, :refused, 0, 0, 0)
ON CONFLICT (day, source, reason) DO UPDATE SET refused = reject_day.refused + excluded.refused;

-- name: count_reject_again(reject_keys, times, last_seen)
-- Counts up the rejects of these keys that are kept, each by how often it came again; their keys.
UPDATE reject SET times = reject.times + again.times, last_seen = greatest(reject.last_seen, again.last_seen)
FROM unnest(:reject_keys::uuid[], :times::integer[], :last_seen::timestamptz[]) AS again (reject_key, times, last_seen)
WHERE reject.reject_key = again.reject_key
RETURNING reject.reject_key;

-- name: kept_of_lines(days, sources, speakers, reasons)
-- What is kept of each of these lines of rejects.
SELECT day, source, speaker, reason, kept, kept_bytes
FROM reject_line
JOIN unnest(:days::date[], :sources::text[], :speakers::text[], :reasons::text[]) AS asked (day, source, speaker, reason)
    USING (day, source, speaker, reason);

-- name: kept_of_days()
-- Bytes of the rejects that are kept, by day and source.
SELECT day, source, sum(kept_bytes)::bigint FROM reject_day WHERE kept_bytes > 0 GROUP BY day, source;

-- name: copy_reject()!
-- Rejects that are new.
COPY reject (reject_key, day, source, topic, speaker, device, council, reason, detail, session, f_cnt, observed_at, partial, raw,
    raw_bytes, size_bytes, first_seen, last_seen, times) FROM STDIN (FORMAT binary);

-- name: count_reject_lines(day, source, speaker, reason, device, council, refused, kept, kept_bytes, unkept, first_seen, last_seen)!
-- Adds refused messages to their lines, and what became of them to their days, which the caller holds.
WITH came AS (
    SELECT *
    FROM unnest(:day::date[], :source::text[], :speaker::text[], :reason::text[], :device::text[], :council::text[],
        :refused::bigint[], :kept::bigint[], :kept_bytes::bigint[], :unkept::bigint[],
        :first_seen::timestamptz[], :last_seen::timestamptz[])
        AS each (day, source, speaker, reason, device, council, refused, kept, kept_bytes, unkept, first_seen, last_seen)
), of_day AS (
    UPDATE reject_day SET
        kept = reject_day.kept + came.kept,
        kept_bytes = reject_day.kept_bytes + came.kept_bytes,
        unkept = reject_day.unkept + came.unkept
    FROM (
        SELECT day, source, reason, sum(kept) AS kept, sum(kept_bytes) AS kept_bytes, sum(unkept) AS unkept
        FROM came
        GROUP BY day, source, reason
    ) AS came
    WHERE (reject_day.day, reject_day.source, reject_day.reason) = (came.day, came.source, came.reason)
)
INSERT INTO reject_line (day, source, speaker, reason, device, council, refused, replayed, kept, kept_bytes, unkept,
    first_seen, last_seen)
SELECT day, source, speaker, reason, device, council, refused, 0, kept, kept_bytes, unkept, first_seen, last_seen
FROM came
ORDER BY day, source, speaker, reason
ON CONFLICT (day, source, speaker, reason) DO UPDATE SET
    refused = reject_line.refused + excluded.refused,
    kept = reject_line.kept + excluded.kept,
    kept_bytes = reject_line.kept_bytes + excluded.kept_bytes,
    unkept = reject_line.unkept + excluded.unkept,
    first_seen = least(reject_line.first_seen, excluded.first_seen),
    last_seen = greatest(reject_line.last_seen, excluded.last_seen);

-- name: reject_troubles(reason, speaker, source, since, council)
-- What no replay has kept yet, by reason, most messages first.
SELECT reason, string_agg(DISTINCT source, ', ' ORDER BY source) AS sources, '' AS speaker, count(DISTINCT speaker) AS speakers,
    sum(refused - replayed)::bigint AS messages, sum(unkept)::bigint AS unkept,
    min(first_seen) AS first_seen, max(last_seen) AS last_seen
FROM reject_line
WHERE refused > replayed
    AND (:reason::text IS NULL OR reason = :reason)
    AND (:speaker::text IS NULL OR speaker = :speaker)
    AND (:source::text IS NULL OR source = :source)
    AND (:since::timestamptz IS NULL OR last_seen >= :since)
    AND (:council::text IS NULL OR council_of_reject(council, device) = :council)
GROUP BY reason
ORDER BY messages DESC, reason;

-- name: reject_speakers(reason, speaker, source, since, council, limit, skip)
-- What no replay has kept yet, by reason and speaker, most messages first.
SELECT reason, string_agg(DISTINCT source, ', ' ORDER BY source) AS sources, speaker, 1 AS speakers,
    sum(refused - replayed)::bigint AS messages, sum(unkept)::bigint AS unkept,
    min(first_seen) AS first_seen, max(last_seen) AS last_seen
FROM reject_line
WHERE refused > replayed
    AND (:reason::text IS NULL OR reason = :reason)
    AND (:speaker::text IS NULL OR speaker = :speaker)
    AND (:source::text IS NULL OR source = :source)
    AND (:since::timestamptz IS NULL OR last_seen >= :since)
    AND (:council::text IS NULL OR council_of_reject(council, device) = :council)
GROUP BY reason, speaker
ORDER BY messages DESC, reason, speaker
LIMIT :limit OFFSET :skip;

-- name: rejects(reason, speaker, source, since, council, still, limit, skip)
-- The latest refused messages of those asked for.
SELECT reject_key, source, topic, speaker, device, council, reason, detail, partial, raw_bytes, first_seen, last_seen, times,
    replayed_times, replayed_at, replay_outcome
FROM reject
WHERE (:reason::text IS NULL OR reason = :reason)
    AND (:speaker::text IS NULL OR speaker = :speaker)
    AND (:source::text IS NULL OR source = :source)
    AND (:since::timestamptz IS NULL OR last_seen >= :since)
    AND (:council::text IS NULL OR council_of_reject(council, device) = :council)
    AND (NOT :still OR replayed_times < times)
ORDER BY last_seen DESC, reject_key
LIMIT :limit OFFSET :skip;

-- name: reject(reject_key, council)^
-- One refused message with its bytes, where the council's officers see it.
SELECT reject_key, source, topic, speaker, device, council, reason, detail, session, f_cnt, partial, raw, raw_bytes, first_seen,
    last_seen, times, replayed_times, replayed_at, replay_outcome
FROM reject
WHERE reject_key = :reject_key AND (:council::text IS NULL OR council_of_reject(council, device) = :council);

-- name: rejects_by_reason()
-- Rejects kept now and messages refused since the beginning, by reason.
SELECT reason, sum(kept)::bigint AS kept, sum(kept_bytes)::bigint AS kept_bytes, sum(refused)::bigint AS refused,
    sum(unkept)::bigint AS unkept
FROM reject_day
GROUP BY reason
ORDER BY reason;
