-- name: overrides(installation_id)
-- Officers' words on an installation, newest first.
SELECT override_id, vote, reason, told_by, told_at, until, ended_at, ended_by
FROM suitability_override
WHERE installation_id = :installation_id
ORDER BY told_at DESC, override_id DESC;

-- name: override_end(installation_id, at, by)!
-- End the officers' words on an installation that are in force.
UPDATE suitability_override SET ended_at = :at, ended_by = :by
WHERE installation_id = :installation_id AND ended_at IS NULL AND until > :at;

-- name: override_add(installation_id, vote, reason, by, at, until)!
-- Keep an officer's word on an installation.
INSERT INTO suitability_override (installation_id, vote, reason, told_by, told_at, until)
VALUES (:installation_id, :vote, :reason, :by, :at, :until);
