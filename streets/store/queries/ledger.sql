-- name: count_lines(days, sources, devices, received, stored, duplicate, rejected)!
-- Adds to what came on each line, and what became of it.
INSERT INTO ledger (day, source, device, received, stored, duplicate, rejected)
SELECT *
FROM unnest(:days::date[], :sources::text[], :devices::text[], :received::bigint[], :stored::bigint[], :duplicate::bigint[],
    :rejected::bigint[])
ON CONFLICT (day, source, device) DO UPDATE SET
    received = ledger.received + excluded.received,
    stored = ledger.stored + excluded.stored,
    duplicate = ledger.duplicate + excluded.duplicate,
    rejected = ledger.rejected + excluded.rejected;

-- name: count_reasons(days, sources, devices, reasons, rejected)!
-- Adds to why messages on each line were refused.
INSERT INTO ledger_reason (day, source, device, reason, rejected)
SELECT * FROM unnest(:days::date[], :sources::text[], :devices::text[], :reasons::text[], :rejected::bigint[])
ON CONFLICT (day, source, device, reason) DO UPDATE SET rejected = ledger_reason.rejected + excluded.rejected;

-- name: named_lines(days, sources, devices, most)
-- Of these lines those that stay: of registered devices and councils' phones, those there are, and the first strangers until `most`.
WITH asked AS (
    SELECT day, source, device,
        EXISTS (SELECT FROM device WHERE device.device = asked.device)
            OR EXISTS (SELECT FROM council WHERE council.council || '/phone' = asked.device)
            OR EXISTS (SELECT FROM ledger WHERE (ledger.day, ledger.source, ledger.device) = (asked.day, asked.source, asked.device))
            AS known
    FROM unnest(:days::date[], :sources::text[], :devices::text[]) AS asked(day, source, device)
),
strangers AS (
    SELECT day, source, count(*) AS lines
    FROM ledger
    JOIN (SELECT DISTINCT day, source FROM asked WHERE NOT known) AS doubtful USING (day, source)
    WHERE NOT EXISTS (SELECT FROM device WHERE device.device = ledger.device)
    GROUP BY day, source
),
ranked AS (
    SELECT *, row_number() OVER (PARTITION BY day, source, known ORDER BY device) AS place
    FROM asked
)
SELECT day, source, device
FROM ranked
LEFT JOIN strangers USING (day, source)
WHERE known OR place + coalesce(lines, 0) <= :most;

-- name: lock_lines(days, sources, devices)!
-- Makes others wait who count on these lines; in the order in which they are counted on, which is no language's.
SELECT day
FROM ledger
WHERE (day, source, device) IN (SELECT * FROM unnest(:days::date[], :sources::text[], :devices::text[]))
ORDER BY day, source COLLATE "C", device COLLATE "C"
FOR UPDATE;

-- name: uncount_refused(day, source, device, reason, times)!
-- Takes refused messages from their line, and those that are not there from the line without a name.
WITH line AS (
    SELECT day, source, device, reason, rejected,
        sum(rejected) OVER (ORDER BY device = :device DESC, reason = :reason DESC) - rejected AS before
    FROM ledger_reason
    WHERE day = :day AND source = :source AND device IN (:device, '') AND reason IN (:reason, 'not_recorded') AND rejected > 0
),
taken AS (
    SELECT day, source, device, reason, least(rejected, :times - before) AS times
    FROM line
    WHERE before < :times
),
without AS (
    UPDATE ledger_reason SET rejected = ledger_reason.rejected - taken.times
    FROM taken
    WHERE (ledger_reason.day, ledger_reason.source, ledger_reason.device, ledger_reason.reason)
        = (taken.day, taken.source, taken.device, taken.reason)
)
UPDATE ledger SET received = received - taken.times, rejected = rejected - taken.times
FROM (SELECT day, source, device, sum(times) AS times FROM taken GROUP BY day, source, device) AS taken
WHERE (ledger.day, ledger.source, ledger.device) = (taken.day, taken.source, taken.device);

-- name: day_lines(first, last)
-- What came on each line of the days.
SELECT day, source, device, received, stored, duplicate, rejected
FROM ledger
WHERE day BETWEEN :first AND :last AND received <> 0;

-- name: refusals(first, last)
-- Why messages of each line of the days were refused.
SELECT day, source, device, reason, rejected
FROM ledger_reason
WHERE day BETWEEN :first AND :last AND rejected > 0
ORDER BY day, source, device, reason;

-- name: owners()
-- Whose each device is, and whose phones.
SELECT device, council FROM device UNION ALL SELECT council || '/phone', council FROM council;

-- name: ledger_faults(first, last)
-- Lines of the days whose outcomes do not add up to what was received, or whose reasons not to what was rejected.
SELECT day, source, device, 'received' AS what, received AS counted, stored + duplicate + rejected AS found
FROM ledger
WHERE day BETWEEN :first AND :last AND received <> stored + duplicate + rejected
UNION ALL
SELECT day, source, device, 'reasons', coalesce(ledger.rejected, 0), coalesce(reasons.rejected, 0)
FROM (SELECT * FROM ledger WHERE day BETWEEN :first AND :last) AS ledger
FULL JOIN (
    SELECT day, source, device, sum(rejected)::bigint AS rejected
    FROM ledger_reason
    WHERE day BETWEEN :first AND :last
    GROUP BY day, source, device
) AS reasons USING (day, source, device)
WHERE coalesce(ledger.rejected, 0) <> coalesce(reasons.rejected, 0)
ORDER BY day, source, device, what;

-- name: raw_kept_since()^
-- The first day of which no raw frame has been deleted.
SELECT ((since - interval '1 microsecond') AT TIME ZONE 'UTC')::date + 1 FROM raw_kept;

-- name: ledger_differences(first, last)
-- Lines of the days that count other frames as stored than there are, and days with more rejects kept than were refused.
WITH days AS (
    SELECT greatest(:first::date, ((since - interval '1 microsecond') AT TIME ZONE 'UTC')::date + 1) AS first, :last::date AS last
    FROM (SELECT max(since) AS since FROM raw_kept) AS raw_kept
),
kept AS (
    SELECT (received_at AT TIME ZONE 'UTC')::date AS day, source, device, count(*) AS frames
    FROM uplink
    CROSS JOIN days
    WHERE received_at >= first::timestamp AT TIME ZONE 'UTC' AND received_at < (last + 1)::timestamp AT TIME ZONE 'UTC'
    GROUP BY 1, source, device
),
refused AS (
    SELECT day, source, sum(times)::bigint AS times
    FROM (
        SELECT (first_seen AT TIME ZONE 'UTC')::date AS day, (last_seen AT TIME ZONE 'UTC')::date AS last_day, source, times
        FROM reject
        WHERE NOT partial AND coalesce(replay_outcome, '') NOT IN ('stored', 'duplicate')
    ) AS kept_whole
    CROSS JOIN days
    WHERE day = last_day AND day BETWEEN first AND last
    GROUP BY day, source
)
SELECT day, source, device, 'stored' AS what, coalesce(ledger.stored, 0) AS counted, coalesce(kept.frames, 0) AS found
FROM (SELECT ledger.* FROM ledger CROSS JOIN days WHERE day BETWEEN first AND last) AS ledger
FULL JOIN kept USING (day, source, device)
WHERE coalesce(ledger.stored, 0) <> coalesce(kept.frames, 0)
UNION ALL
SELECT day, source, NULL, 'rejected', coalesce(ledger.rejected, 0), refused.times
FROM refused
LEFT JOIN (SELECT day, source, sum(rejected)::bigint AS rejected FROM ledger GROUP BY day, source) AS ledger USING (day, source)
WHERE refused.times > coalesce(ledger.rejected, 0)
ORDER BY day, source, device, what;
