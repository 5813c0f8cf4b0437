-- name: count_messages(day, source, device, received, stored, duplicate, rejected)!
-- Adds to what came from a device on a day, and what became of it.
INSERT INTO ledger (day, source, device, received, stored, duplicate, rejected)
VALUES (:day, :source, :device, :received, :stored, :duplicate, :rejected)
ON CONFLICT (day, source, device) DO UPDATE SET
    received = ledger.received + excluded.received,
    stored = ledger.stored + excluded.stored,
    duplicate = ledger.duplicate + excluded.duplicate,
    rejected = ledger.rejected + excluded.rejected;

-- name: ledger(starts_at, ends_at)
-- Per source and device, between two midnights UTC: frames sent by their counters, received, what became of them, missing.
-- A counter that falls by more than 100 has begun again; less than that is frames out of order. The two days before tell which
-- frame was the last before the first: what was lost between them counts as missing.
WITH frame AS (
    SELECT source, device, session, f_cnt, observed_at AS at, received_at
    FROM uplink
    WHERE kind IN ('up', 'mac')
    UNION ALL
    SELECT source, device, session, f_cnt, first_seen, first_seen
    FROM reject
    WHERE NOT partial AND session IS NOT NULL
),
marked AS (
    SELECT *, f_cnt + 100 < lag(f_cnt) OVER (PARTITION BY source, device, session ORDER BY at, f_cnt) AS begins
    FROM frame
    WHERE received_at >= :starts_at::timestamptz - interval '2 days' AND received_at < :ends_at
),
run AS (
    SELECT source, device, session, f_cnt, received_at >= :starts_at AS counts,
        count(*) FILTER (WHERE begins) OVER (PARTITION BY source, device, session ORDER BY at, f_cnt) AS run
    FROM marked
),
heard AS (
    SELECT source, device,
        max(f_cnt) FILTER (WHERE counts)
            - coalesce(max(f_cnt) FILTER (WHERE NOT counts), min(f_cnt) FILTER (WHERE counts) - 1) AS sent,
        count(DISTINCT f_cnt) FILTER (WHERE counts) AS heard
    FROM run
    GROUP BY source, device, session, run
    HAVING bool_or(counts)
),
counted AS (
    SELECT source, device, sum(greatest(sent, heard))::bigint AS sent, sum(greatest(sent - heard, 0))::bigint AS missing
    FROM heard
    GROUP BY source, device
),
entry AS (
    SELECT source, device, sum(received)::bigint AS received, sum(stored)::bigint AS stored,
        sum(duplicate)::bigint AS duplicate, sum(rejected)::bigint AS rejected
    FROM ledger
    WHERE day >= (:starts_at::timestamptz AT TIME ZONE 'UTC')::date AND day < (:ends_at::timestamptz AT TIME ZONE 'UTC')::date
    GROUP BY source, device
    HAVING sum(received) > 0
)
SELECT entry.source, entry.device, counted.sent, entry.received, entry.stored, entry.duplicate, entry.rejected, counted.missing
FROM entry
LEFT JOIN counted USING (source, device)
ORDER BY entry.source, entry.device;
