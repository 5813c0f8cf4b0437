-- name: arrivals(day)
-- What arrived on one UTC day and what became of it, by source.
SELECT
    source,
    sum(received)::bigint AS received,
    sum(stored)::bigint AS stored,
    sum(duplicate)::bigint AS duplicate,
    sum(rejected)::bigint AS rejected
FROM ledger
WHERE day = :day
GROUP BY source
ORDER BY source;

-- name: newest_uplink()^
-- When the newest uplink was received.
SELECT max(received_at) FROM uplink;

-- name: database_bytes()^
-- How much room the database takes, with its indexes.
SELECT pg_database_size(current_database());

-- name: device_council(device)^
-- The council that a device is registered with.
SELECT council FROM device WHERE device = :device;
