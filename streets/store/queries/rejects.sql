-- name: add_reject(reject_key, source, topic, device, council, reason, detail, session, f_cnt, partial, raw, raw_bytes, first_seen, last_seen, times)!
-- A refused message, kept once however often it comes.
INSERT INTO reject (reject_key, source, topic, device, council, reason, detail, session, f_cnt, partial, raw, raw_bytes,
    first_seen, last_seen, times)
VALUES (:reject_key, :source, :topic, :device, :council, :reason, :detail, :session, :f_cnt, :partial, :raw, :raw_bytes,
    :first_seen, :last_seen, :times)
ON CONFLICT (reject_key) DO UPDATE SET
    reason = excluded.reason,
    detail = excluded.detail,
    partial = excluded.partial,
    last_seen = greatest(reject.last_seen, excluded.last_seen),
    times = reject.times + excluded.times;

-- name: rejects(reason, device, limit)
-- The latest refused messages, of one reason or device where given.
SELECT reject_key, source, topic, device, council, reason, detail, partial, raw_bytes, first_seen, last_seen, times,
    replayed_at, replay_outcome
FROM reject
WHERE (:reason::text IS NULL OR reason = :reason)
    AND (:device::text IS NULL OR device = :device)
ORDER BY last_seen DESC, reject_key
LIMIT :limit;

-- name: reject(reject_key)^
-- One refused message with its bytes.
SELECT reject_key, source, topic, device, council, reason, detail, partial, raw, raw_bytes, first_seen, last_seen, times,
    replayed_at, replay_outcome
FROM reject
WHERE reject_key = :reject_key;

-- name: rejects_to_replay(reason, device)
-- The keys of refused messages that no replay has stored yet and whose bytes are kept whole, oldest first.
SELECT reject_key
FROM reject
WHERE replay_outcome IS DISTINCT FROM 'stored'
    AND length(raw) = raw_bytes
    AND (:reason::text IS NULL OR reason = :reason)
    AND (:device::text IS NULL OR device = :device)
ORDER BY first_seen, reject_key;

-- name: mark_replayed(reject_key, at, outcome)!
-- Notes what became of a refused message when it was tried again.
UPDATE reject SET replayed_at = :at, replay_outcome = :outcome WHERE reject_key = :reject_key;
