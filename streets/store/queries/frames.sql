-- name: changed_lines()
-- Lines of devices on which something was stored or refused since frames were last counted, as far back as raw frames are kept.
-- Phones count nothing.
SELECT day, source, device, ledger.stored, ledger.rejected
FROM ledger
LEFT JOIN ledger_counted AS counted USING (day, source, device)
WHERE device <> ''
    AND source <> 'phone'
    AND day >= (SELECT coalesce(((max(since) + interval '5 minutes') AT TIME ZONE 'UTC')::date + 1, '-infinity') FROM raw_kept)
    AND (ledger.stored, ledger.rejected) IS DISTINCT FROM (counted.stored, counted.rejected);

-- name: stretches_to_count(days, sources, devices, first)
-- For each device of the given lines: from which day on to count its frames, from which on to read them, its last frame before.
-- A frame may be of an earlier day than the one it came on. The gap before it begins on the last day heard, so that day counts
-- again; and frames overtake each other at midnight, so the day heard before that is read too.
WITH kept AS (
    SELECT coalesce(((max(since) + interval '5 minutes') AT TIME ZONE 'UTC')::date + 1, '-infinity') AS day FROM raw_kept
),
changed AS (
    SELECT source, device, min(day) AS day
    FROM unnest(:days::date[], :sources::text[], :devices::text[]) AS line(day, source, device)
    GROUP BY source, device
),
came AS (
    SELECT source, device, min(uplink.observed_at) AS at
    FROM changed
    JOIN uplink USING (source, device)
    WHERE received_at >= changed.day::timestamp AT TIME ZONE 'UTC'
        -- Said once for all, so that the index by time finds them.
        AND received_at >= :first::date::timestamp AT TIME ZONE 'UTC'
    GROUP BY source, device
    UNION ALL
    SELECT source, device, min(refused_frame.observed_at)
    FROM changed
    JOIN refused_frame USING (source, device)
    WHERE received_at >= changed.day::timestamp AT TIME ZONE 'UTC'
        AND received_at >= :first::date::timestamp AT TIME ZONE 'UTC'
    GROUP BY source, device
),
touched AS (
    SELECT source, device, greatest(least(changed.day, min((came.at AT TIME ZONE 'UTC')::date)), min(kept.day)) AS day
    FROM changed
    CROSS JOIN kept
    LEFT JOIN came USING (source, device)
    GROUP BY source, device, changed.day
),
stretch AS (
    SELECT source, device,
        -- Where the last day heard has no raw frames any more, the days since then had none either, and can be counted anew.
        CASE WHEN heard.day >= kept.day THEN heard.day ELSE coalesce(heard.day + 1, touched.day) END AS since,
        kept.day AS kept
    FROM touched
    CROSS JOIN kept
    LEFT JOIN LATERAL (
        SELECT day
        FROM frame_day
        WHERE frame_day.source = touched.source AND frame_day.device = touched.device AND day < touched.day AND last_at IS NOT NULL
        ORDER BY day DESC
        LIMIT 1
    ) AS heard ON true
),
context AS (
    SELECT source, device, since, coalesce(heard.day, since) AS reads_from
    FROM stretch
    LEFT JOIN LATERAL (
        SELECT day
        FROM frame_day
        WHERE frame_day.source = stretch.source AND frame_day.device = stretch.device AND day < since AND day >= kept
            AND last_at IS NOT NULL
        ORDER BY day DESC
        LIMIT 1
    ) AS heard ON true
)
SELECT source, device, since, reads_from, last_session, last_f_cnt, last_at
FROM context
LEFT JOIN LATERAL (
    SELECT last_session, last_f_cnt, last_at
    FROM frame_day
    WHERE frame_day.source = context.source AND frame_day.device = context.device AND day < reads_from AND last_at IS NOT NULL
    ORDER BY day DESC
    LIMIT 1
) AS before ON true;

-- name: heard_frames(sources, devices, reads_from, received_from)
-- Frames with a counter, stored or refused, in the order in which they were observed; a refused one may be there as several copies.
-- LORIOT names no session. What a person simulated in the network's console is no frame of the device's, and what a cloud corrects
-- was counted when it was first told.
WITH asked AS (
    SELECT source, device, reads_from::timestamp AT TIME ZONE 'UTC' AS starts_at
    FROM unnest(:sources::text[], :devices::text[], :reads_from::date[]) AS asked(source, device, reads_from)
)
SELECT source, device, CASE source WHEN 'loriot' THEN '' ELSE session END AS session, f_cnt, observed_at AS at, received_at,
    false AS is_refused, time_source <> 'received' AS has_time
FROM asked
JOIN uplink USING (source, device)
WHERE kind IN ('up', 'mac')
    AND observed_at >= starts_at
    AND received_at >= :received_from
    AND NOT starts_with(coalesce(note, ''), 'simulated')
    AND NOT starts_with(coalesce(note, ''), 'revised')
UNION ALL
SELECT source, device, CASE source WHEN 'loriot' THEN '' ELSE session END, f_cnt, observed_at, received_at, true, occurrence <> 0
FROM asked
JOIN refused_frame USING (source, device)
WHERE received_at >= :received_from AND observed_at >= starts_at
ORDER BY source, device, at, received_at, f_cnt;

-- name: forget_frame_days(sources, devices, since)!
-- Makes room for days that are counted anew.
DELETE FROM frame_day
USING unnest(:sources::text[], :devices::text[], :since::date[]) AS stretch(source, device, since)
WHERE frame_day.source = stretch.source AND frame_day.device = stretch.device AND day >= stretch.since;

-- name: keep_frame_days(sources, devices, days, heard, missing, last_sessions, last_f_cnts, last_ats)!
-- The frames of devices by day, as counted.
INSERT INTO frame_day (source, device, day, heard, missing, last_session, last_f_cnt, last_at)
SELECT *
FROM unnest(:sources::text[], :devices::text[], :days::date[], :heard::bigint[], :missing::bigint[], :last_sessions::text[],
    :last_f_cnts::bigint[], :last_ats::timestamptz[]);

-- name: mark_counted(days, sources, devices, stored, rejected)!
-- Notes how the ledger stood when its frames were counted.
INSERT INTO ledger_counted (day, source, device, stored, rejected)
SELECT * FROM unnest(:days::date[], :sources::text[], :devices::text[], :stored::bigint[], :rejected::bigint[])
ON CONFLICT (day, source, device) DO UPDATE SET stored = excluded.stored, rejected = excluded.rejected;

-- name: frame_days(first, last)
-- Frames sent and missing on each of the days, as they were last counted.
SELECT source, device, day, heard, missing, last_session, last_f_cnt, last_at
FROM frame_day
WHERE day BETWEEN :first AND :last
ORDER BY source, device, day;
