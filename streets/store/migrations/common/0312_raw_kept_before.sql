-- Since when raw frames are kept, where retention deleted some before it noted so: where the ledger is older than the oldest frame.
-- depends: 0310_ledger

INSERT INTO raw_kept (since)
SELECT coalesce((SELECT min(received_at) FROM uplink), (max(day) + 1)::timestamp AT TIME ZONE 'UTC')
FROM ledger
WHERE stored > 0
HAVING min(day) < coalesce((SELECT (min(received_at) AT TIME ZONE 'UTC')::date FROM uplink), 'infinity')
ON CONFLICT (only_row) DO NOTHING;
