-- name: token_add(token_id, token_hash, broker_hash, council, role, subject, created_at, expires_at)!
-- Keep a new token by the hash of its secret.
INSERT INTO token (token_id, token_hash, broker_hash, council, role, subject, created_at, expires_at)
VALUES (:token_id, :token_hash, :broker_hash, nullif(:council, ''), :role, :subject, :created_at, :expires_at);

-- name: token_of_secret(token_hash, at)^
-- The token with this secret, where it is neither expired nor revoked.
SELECT token_id, coalesce(council, '') AS council, role, subject, created_at, expires_at, last_used_at, revoked_at
FROM token
WHERE token_hash = :token_hash AND expires_at > :at AND revoked_at IS NULL;

-- name: token_of_session(token_id, session_hash, at)^
-- The token that a session was begun with, where it is neither expired nor revoked, and nobody has signed out of the session.
SELECT token_id, coalesce(council, '') AS council, role, subject, created_at, expires_at, last_used_at, revoked_at
FROM token
WHERE token_id = :token_id AND expires_at > :at AND revoked_at IS NULL
    AND NOT EXISTS (SELECT FROM ended_session WHERE session_hash = :session_hash);

-- name: end_session(session_hash, ends_at)!
-- Notes that somebody has signed out of a session.
INSERT INTO ended_session (session_hash, ends_at) VALUES (:session_hash, :ends_at) ON CONFLICT DO NOTHING;

-- name: delete_ended_sessions(ended_before)!
-- Sessions that would have ended by themselves before then.
DELETE FROM ended_session WHERE ends_at < :ended_before;

-- name: token_used(token_id, at, if_before)!
-- Note when a token was last used, at most once a minute or so, so that reading does not become writing.
UPDATE token SET last_used_at = :at
WHERE token_id = :token_id AND (last_used_at IS NULL OR last_used_at < :if_before);

-- name: tokens_listed(council)
-- Every token of a council, or of all councils where :council is null, the newest first.
SELECT token_id, coalesce(council, '') AS council, role, subject, created_at, expires_at, last_used_at, revoked_at
FROM token
WHERE :council::text IS NULL OR council = :council
ORDER BY created_at DESC, token_id;

-- name: token_revoke(token_id, at)!
-- End a token now; one that is already revoked keeps its time.
UPDATE token SET revoked_at = :at
WHERE token_id = :token_id AND revoked_at IS NULL;

-- name: council_known(council)^
-- Whether there is such a council.
SELECT EXISTS (SELECT FROM council WHERE council = :council);

-- name: broker_logins(at)
-- Registered devices with a token that holds, for the broker's list of users; the newest token counts.
SELECT DISTINCT ON (device.device) device.device, token.broker_hash
FROM token
JOIN device ON device.device = token.subject AND device.council = token.council
WHERE token.role = 'device' AND token.broker_hash IS NOT NULL AND token.expires_at > :at AND token.revoked_at IS NULL
ORDER BY device.device, token.created_at DESC;
