-- name: count_messages(day, source, device, received, stored, duplicate, rejected)!
-- Adds to what came from a device on a day, and what became of it.
INSERT INTO ledger (day, source, device, received, stored, duplicate, rejected)
VALUES (:day, :source, :device, :received, :stored, :duplicate, :rejected)
ON CONFLICT (day, source, device) DO UPDATE SET
    received = ledger.received + excluded.received,
    stored = ledger.stored + excluded.stored,
    duplicate = ledger.duplicate + excluded.duplicate,
    rejected = ledger.rejected + excluded.rejected;

-- name: ledger(day)
-- Per source and device, of one UTC day or of all: frames sent by their counters, received, stored, duplicate, rejected, missing.
-- A gap between the last frame before the day and its first counts to the day; a counter that starts again begins a new count.
WITH frame AS (
    SELECT source, device, session, f_cnt, received_at
    FROM uplink
    WHERE kind IN ('up', 'mac')
    UNION ALL
    SELECT source, device, session, f_cnt, last_seen
    FROM reject
    WHERE NOT partial AND device IS NOT NULL AND session IS NOT NULL
),
chosen AS (
    SELECT source, device, session, min(f_cnt) AS first, max(f_cnt) AS last, count(DISTINCT f_cnt) AS seen
    FROM frame
    WHERE :day::date IS NULL
        OR received_at >= :day::date::timestamp AT TIME ZONE 'UTC' AND received_at < (:day::date + 1)::timestamp AT TIME ZONE 'UTC'
    GROUP BY source, device, session
),
counted AS (
    SELECT chosen.source, chosen.device, sum(last - coalesce(before.last_f_cnt, first - 1)) AS sent, sum(seen) AS seen
    FROM chosen
    LEFT JOIN LATERAL (
        SELECT max(f_cnt) AS last_f_cnt
        FROM uplink
        WHERE uplink.device = chosen.device
            AND uplink.session = chosen.session
            AND uplink.source = chosen.source
            AND uplink.kind IN ('up', 'mac')
            AND uplink.f_cnt < chosen.first
            AND uplink.received_at < :day::date::timestamp AT TIME ZONE 'UTC'
    ) AS before ON true
    GROUP BY chosen.source, chosen.device
)
SELECT entry.source, entry.device, counted.sent::bigint AS sent, entry.received, entry.stored, entry.duplicate, entry.rejected,
    (counted.sent - counted.seen)::bigint AS missing
FROM (
    SELECT source, device, sum(received)::bigint AS received, sum(stored)::bigint AS stored,
        sum(duplicate)::bigint AS duplicate, sum(rejected)::bigint AS rejected
    FROM ledger
    WHERE :day::date IS NULL OR day = :day
    GROUP BY source, device
) AS entry
LEFT JOIN counted USING (source, device)
ORDER BY entry.source, entry.device;
