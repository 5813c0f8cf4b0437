-- name: note_change(council, at, told_by, kind, subject, action, was, became, note)!
-- Write down a change of what stands in a council's streets.
INSERT INTO asset_change (council, at, told_by, kind, subject, action, was, became, note)
VALUES (:council, :at, :told_by, :kind, :subject, :action, :was, :became, :note);

-- name: noted_changes(council, subject, most)
-- The changes of a bin, counter, place, street or device, or of all of a council, the latest first.
SELECT at, told_by, kind, subject, action, was, became, note
FROM asset_change
WHERE council = :council AND (:subject::text IS NULL OR subject = :subject)
ORDER BY at DESC, asset_change_id DESC
LIMIT :most;
