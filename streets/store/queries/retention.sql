-- name: delete_uplinks_before(received_before)!
-- Raw frames that came before then.
DELETE FROM uplink WHERE received_at < :received_before;

-- name: note_raw_deleted(received_before)!
-- Notes since when raw frames are kept: a longer retention brings nothing back.
INSERT INTO raw_kept (since) VALUES (:received_before) ON CONFLICT (only_row) DO UPDATE SET since = greatest(raw_kept.since, excluded.since);

-- name: delete_rejects_before(seen_before)!
-- Refused messages not seen since then: they hold raw bytes too.
DELETE FROM reject WHERE last_seen < :seen_before;

-- name: delete_bumps_before(received_before)!
-- Single bumps that came before then; the sites found from them are kept.
DELETE FROM bump WHERE received_at < :received_before;

-- name: delete_coverage_before(received_before)!
-- Coverage counts that came before then.
DELETE FROM coverage WHERE received_at < :received_before;
