-- name: forget_asset_files(before)!
-- Forget files that were looked at and not applied.
DELETE FROM asset_file WHERE applied_at IS NULL AND sent_at < :before;

-- name: keep_asset_file(asset_file_id, council, kind, name, content, sent_at, sent_by)!
-- Keep a file to be looked at.
INSERT INTO asset_file (asset_file_id, council, kind, name, content, sent_at, sent_by)
VALUES (:asset_file_id, :council, :kind, :name, :content, :sent_at, :sent_by);

-- name: asset_file(council, asset_file_id)
-- One file.
SELECT asset_file_id, kind, name, content, sent_at, sent_by, applied_at
FROM asset_file WHERE council = :council AND asset_file_id = :asset_file_id;

-- name: lock_asset_file(asset_file_id)!
-- One at a time applies a file, until the transaction ends.
SELECT pg_advisory_xact_lock(hashtext('streets asset file'), hashtext(:asset_file_id::text));

-- name: applied_asset_files(council)
-- The files that were applied last, without their content.
SELECT asset_file_id, kind, name, ''::bytea AS content, sent_at, sent_by, applied_at
FROM asset_file WHERE council = :council AND applied_at IS NOT NULL ORDER BY applied_at DESC LIMIT 20;

-- name: apply_asset_file(asset_file_id, at)!
-- Note that a file was imported.
UPDATE asset_file SET applied_at = :at WHERE asset_file_id = :asset_file_id;
