-- name: note_restarts(since)!
-- Keep when counters joined their network anew, and have the jobs look at them again from then on.
WITH noted AS (
    INSERT INTO counter_restart (device_id, at)
    SELECT DISTINCT uplink.device_id, uplink.observed_at
    FROM uplink
    WHERE uplink.kind = 'join'
        AND uplink.received_at >= :since
        AND EXISTS (SELECT FROM installation WHERE installation.device_id = uplink.device_id AND installation.counter_id IS NOT NULL)
    ON CONFLICT DO NOTHING
    RETURNING device_id, at
)
INSERT INTO touched (device_id, since)
SELECT device_id, min(at) FROM noted GROUP BY device_id ORDER BY device_id
ON CONFLICT (device_id) DO UPDATE SET since = least(touched.since, excluded.since);

-- name: keep_restarts(device_ids, ats)!
-- Keep when counters said that they were switched on or reset, and have the jobs look at them again from then on.
WITH noted AS (
    INSERT INTO counter_restart (device_id, at)
    SELECT DISTINCT told.device_id, told.at
    FROM unnest(:device_ids::integer[], :ats::timestamptz[]) AS told (device_id, at)
    WHERE EXISTS (SELECT FROM installation WHERE installation.device_id = told.device_id AND installation.counter_id IS NOT NULL)
    ORDER BY told.device_id, told.at
    ON CONFLICT DO NOTHING
    RETURNING device_id, at
)
INSERT INTO touched (device_id, since)
SELECT device_id, min(at) FROM noted GROUP BY device_id ORDER BY device_id
ON CONFLICT (device_id) DO UPDATE SET since = least(touched.since, excluded.since);

-- name: reopened_lines()
-- The lines of the devices at counters that were reopened, and since when; nothing from before the time since when readings are kept.
SELECT
    reopened.device_id,
    line.line,
    greatest(reopened.since, (SELECT since FROM readings_kept WHERE readings = 'count')) AS since
FROM reopened
CROSS JOIN LATERAL (
    SELECT line FROM count_reading
    WHERE count_reading.device_id = reopened.device_id AND period_start >= reopened.since
    UNION
    SELECT line FROM count_interval
    WHERE count_interval.device_id = reopened.device_id AND start_at >= reopened.since
) AS line
WHERE EXISTS (SELECT FROM installation WHERE installation.device_id = reopened.device_id AND counter_id IS NOT NULL)
ORDER BY reopened.device_id, line.line;

-- name: lines_between(since, until)
-- The lines of devices at counters that said something in a time, or of which something is known.
SELECT DISTINCT device_id, line
FROM (
    SELECT device_id, line FROM count_reading WHERE period_start >= :since AND period_start < :until
    UNION ALL
    SELECT device_id, line FROM count_interval WHERE start_at >= :since AND start_at < :until
) AS line
WHERE EXISTS (SELECT FROM installation WHERE installation.device_id = line.device_id AND counter_id IS NOT NULL)
    AND NOT EXISTS (
        SELECT FROM (SELECT device_id, since FROM touched UNION ALL SELECT device_id, since FROM reopened) AS waiting
        WHERE waiting.device_id = line.device_id AND waiting.since < :until
    )
ORDER BY device_id, line;

-- name: looked_back_to(device_id, line, since, farthest, few)^
-- Where the line's readings are to be read from: from a few of each kind before a time on, said while its device stood somewhere.
SELECT least(
    (
        SELECT min(period_start)
        FROM (
            SELECT period_start FROM count_reading
            WHERE device_id = :device_id AND line = :line AND period_start < :since AND period_start >= :farthest
                AND num_nulls(total_in, total_out) < 2
                AND EXISTS (
                    SELECT FROM installation
                    WHERE installation.device_id = :device_id AND counter_id IS NOT NULL
                        AND (installation.line IS NULL OR installation.line = :line)
                        AND valid_from <= observed_at AND (valid_to IS NULL OR valid_to >= observed_at)
                )
            ORDER BY period_start DESC LIMIT :few
        ) AS with_totals
    ),
    (
        SELECT min(period_start)
        FROM (
            SELECT period_start FROM count_reading
            WHERE device_id = :device_id AND line = :line AND period_start < :since AND period_start >= :farthest
                AND period_s > 0
                AND EXISTS (
                    SELECT FROM installation
                    WHERE installation.device_id = :device_id AND counter_id IS NOT NULL
                        AND (installation.line IS NULL OR installation.line = :line)
                        AND valid_from <= observed_at AND (valid_to IS NULL OR valid_to >= observed_at)
                )
            ORDER BY period_start DESC LIMIT :few
        ) AS with_periods
    )
);

-- name: looked_on_to(device_id, line, until, farthest, few)^
-- Up to where the line's readings are to be read: to a few of each kind after a time, said while its device stood somewhere.
SELECT greatest(
    (
        SELECT max(period_start)
        FROM (
            SELECT period_start FROM count_reading
            WHERE device_id = :device_id AND line = :line AND period_start >= :until AND period_start < :farthest
                AND num_nulls(total_in, total_out) < 2
                AND EXISTS (
                    SELECT FROM installation
                    WHERE installation.device_id = :device_id AND counter_id IS NOT NULL
                        AND (installation.line IS NULL OR installation.line = :line)
                        AND valid_from <= observed_at AND (valid_to IS NULL OR valid_to >= observed_at)
                )
            ORDER BY period_start LIMIT :few
        ) AS with_totals
    ),
    (
        SELECT max(period_start)
        FROM (
            SELECT period_start FROM count_reading
            WHERE device_id = :device_id AND line = :line AND period_start >= :until AND period_start < :farthest
                AND period_s > 0
                AND EXISTS (
                    SELECT FROM installation
                    WHERE installation.device_id = :device_id AND counter_id IS NOT NULL
                        AND (installation.line IS NULL OR installation.line = :line)
                        AND valid_from <= observed_at AND (valid_to IS NULL OR valid_to >= observed_at)
                )
            ORDER BY period_start LIMIT :few
        ) AS with_periods
    )
);

-- name: reopen_from(device_id, since)!
-- What is told again of a device begins there: at the end of the last interval that stays as it was.
UPDATE reopened SET since = :since WHERE device_id = :device_id AND reopened.since > :since;

-- name: line_reports(device_id, line, since, until)
-- What a line said in a time, with the post on which its device stood until then: what is told tells of the time before. A device
-- that was away for a time comes back to another post, even at the same counter.
WITH version AS (
    SELECT counter_id, report_every_s, line, valid_from, valid_to,
        (lag(counter_id) OVER in_time, lag(valid_to) OVER in_time) IS DISTINCT FROM (counter_id, valid_from) AS comes
    FROM installation
    WHERE device_id = :device_id AND counter_id IS NOT NULL AND (line IS NULL OR line = :line)
    WINDOW in_time AS (ORDER BY valid_from)
), stay AS (
    SELECT *, counter_id || ' ' || count(*) FILTER (WHERE comes) OVER (ORDER BY valid_from) AS post FROM version
)
SELECT
    reading.observed_at AS told_at,
    stay.post,
    stay.report_every_s AS rhythm_s,
    reading.period_s,
    reading.people_in,
    reading.people_out,
    reading.total_in,
    reading.total_out,
    reading.total_bits,
    reading.fault,
    reading.time_source = 'device' AS by_own_clock
FROM count_reading AS reading
CROSS JOIN LATERAL (
    SELECT post, report_every_s
    FROM stay
    WHERE valid_from <= reading.observed_at AND (valid_to IS NULL OR valid_to >= reading.observed_at)
    ORDER BY line NULLS LAST, valid_from
    LIMIT 1
) AS stay
WHERE reading.device_id = :device_id
    AND reading.line = :line
    AND reading.period_start >= :since
    AND (:until::timestamptz IS NULL OR reading.period_start <= :until)
    AND (num_nulls(reading.people_in, reading.people_out, reading.total_in, reading.total_out) < 4 OR reading.fault IS NOT NULL)
ORDER BY reading.period_start;

-- name: restarts_of(device_id, since)
-- When a counter joined its network anew.
SELECT at FROM counter_restart WHERE device_id = :device_id AND at >= :since ORDER BY at;

-- name: resets_of(device_id, line, since, until)
-- The resets that the totals of a line showed in a time.
SELECT since, until, kind, by_periods, by_totals
FROM count_finding
WHERE device_id = :device_id AND line = :line AND kind = 'reset' AND until >= :since AND until <= :until
ORDER BY until;

-- name: line_hours(device_id, line, since, until)
-- What a line counted in each hour of a time, as it is kept.
SELECT
    date_bin('1 hour', start_at, '2000-01-01T00:00:00Z') AS hour_start,
    sum(coalesce(people_in, 0) + coalesce(people_out, 0))::integer AS people,
    sum(extract(epoch FROM end_at - start_at))::double precision AS seconds
FROM count_interval
WHERE device_id = :device_id AND line = :line AND start_at >= :since AND start_at < :until AND known IN ('counted', 'from_totals')
GROUP BY 1;

-- name: kept_intervals(device_id, line, since, until)
-- What is kept as known of a line in a time.
SELECT start_at, end_at, people_in, people_out, known, why, told_s
FROM count_interval
WHERE device_id = :device_id AND line = :line AND start_at >= :since AND start_at < :until
ORDER BY start_at;

-- name: lock_line(device_id)!
-- Wait until nobody else works out what is known of a counter's device, and keep others waiting until the commit.
SELECT pg_advisory_xact_lock(hashtext('streets counter'), :device_id);

-- name: forget_intervals(device_id, line, since)!
-- Clear what is known of a line from a time on.
DELETE FROM count_interval WHERE device_id = :device_id AND line = :line AND start_at >= :since;

-- name: keep_interval(device_id, line, start_at, end_at, people_in, people_out, known, why, told_s)!
-- Keep what is known of a line in a part of an hour.
INSERT INTO count_interval (device_id, line, start_at, end_at, people_in, people_out, known, why, told_s)
VALUES (:device_id, :line, :start_at, :end_at, :people_in, :people_out, :known, :why, :told_s);

-- name: forget_findings(device_id, line, since)!
-- Clear what was found of a line after a time.
DELETE FROM count_finding WHERE device_id = :device_id AND line = :line AND until > :since;

-- name: keep_finding(device_id, line, until, kind, since, by_periods, by_totals)!
-- Keep what was found of a line; of one kind and moment the first.
INSERT INTO count_finding (device_id, line, until, kind, since, by_periods, by_totals)
VALUES (:device_id, :line, :until, :kind, :since, :by_periods, :by_totals)
ON CONFLICT DO NOTHING;

-- name: oldest_interval()^
-- When the oldest of what is known of counters begins; asked once in a database's life.
SELECT min(start_at) FROM count_interval;
