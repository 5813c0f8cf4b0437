-- name: compare_count_hours(since, until, examples)^
-- The hourly counts of [since, until) as they are kept, against the intervals: how many, how many differ, in which hours, and examples.
-- What late readings re-opened and no job has refreshed yet is left out.
WITH waiting AS (
    SELECT device_id, min(since) AS since
    FROM (SELECT device_id, since FROM touched UNION ALL SELECT device_id, since FROM reopened) AS both_kinds
    GROUP BY device_id
), kept AS (
    SELECT
        device_id, line, hour_start, sum(people_in) AS people_in, sum(people_out) AS people_out,
        sum(estimated_in) AS estimated_in, sum(estimated_out) AS estimated_out, sum(covered_s) AS covered_s,
        sum(estimated_s) AS estimated_s, sum(gap_s) AS gap_s, max(gap_why) AS gap_why
    FROM count_hour
    WHERE hour_start >= :since AND hour_start < :until
    GROUP BY device_id, line, hour_start
), compared AS (
    SELECT
        device_id, line, hour_start,
        jsonb_build_array(
            kept.people_in, kept.people_out, kept.estimated_in, kept.estimated_out, kept.covered_s, kept.estimated_s,
            kept.gap_s, kept.gap_why
        ) AS kept,
        jsonb_build_array(
            counted.people_in, counted.people_out, counted.estimated_in, counted.estimated_out, counted.covered_s, counted.estimated_s,
            counted.gap_s, counted.gap_why
        ) AS counted,
        kept.device_id IS NULL AS missing,
        counted.device_id IS NULL AS too_many
    FROM kept
    FULL JOIN hours_of_intervals(:since, :until) AS counted USING (device_id, line, hour_start)
    LEFT JOIN waiting USING (device_id)
    WHERE waiting.since IS NULL OR hour_start + INTERVAL '1 hour' <= waiting.since
), differing AS (
    SELECT * FROM compared WHERE missing OR too_many OR kept IS DISTINCT FROM counted
)
SELECT
    (SELECT count(*) FROM compared) AS compared,
    (SELECT count(*) FROM differing) AS differed,
    (SELECT coalesce(array_agg(DISTINCT hour_start ORDER BY hour_start), '{}') FROM differing) AS hours,
    (
        SELECT coalesce(jsonb_agg(to_jsonb(few) - 'missing' - 'too_many' ORDER BY few.hour_start, few.device_id, few.line), '[]')
        FROM (SELECT * FROM differing ORDER BY hour_start, device_id, line LIMIT :examples) AS few
    ) AS examples;

-- name: compare_published_hours(since, until, examples)^
-- The published hours of [since, until) against the readings: how many, how many differ, of which counters, and examples.
-- What late readings re-opened and no job has looked at yet is left out.
WITH waiting AS (
    SELECT installation.counter_id, min(both_kinds.since) AS since
    FROM (SELECT device_id, since FROM touched UNION ALL SELECT device_id, since FROM reopened) AS both_kinds
    JOIN installation USING (device_id)
    WHERE installation.counter_id IS NOT NULL
    GROUP BY installation.counter_id
), compared AS (
    SELECT
        counter_id, hour_start,
        known.people AS published,
        counted.people AS counted,
        (known.people, coalesce(known.covered_s, 0)) IS DISTINCT FROM (counted.people, coalesce(counted.covered_s, 0)) AS differs
    FROM (SELECT * FROM published_hour WHERE hour_start >= :since AND hour_start < :until) AS known
    FULL JOIN counter_hours_of_intervals(:since, :until) AS counted USING (counter_id, hour_start)
    LEFT JOIN waiting USING (counter_id)
    WHERE waiting.since IS NULL OR hour_start + INTERVAL '1 hour' <= waiting.since
)
SELECT
    (SELECT count(*) FROM compared) AS compared,
    (SELECT count(*) FROM compared WHERE differs) AS differed,
    (SELECT coalesce(array_agg(DISTINCT counter_id), '{}') FROM compared WHERE differs) AS counters,
    (
        SELECT coalesce(jsonb_agg(to_jsonb(few) - 'differs' ORDER BY few.hour_start, few.counter_id), '[]')
        FROM (SELECT * FROM compared WHERE differs ORDER BY hour_start, counter_id LIMIT :examples) AS few
    ) AS examples;

-- name: compare_fills(since, until)
-- The fills of [since, until) as they are kept, beside what the sensors said then and the installation record of the moment.
-- Bins with readings that no job has looked at yet are left out from the first of these on.
WITH waiting AS (
    SELECT installation.bin_id, min(both_kinds.since) AS since
    FROM (SELECT device_id, since FROM touched UNION ALL SELECT device_id, since FROM reopened) AS both_kinds
    JOIN installation USING (device_id)
    WHERE installation.bin_id IS NOT NULL
    GROUP BY installation.bin_id
), look AS (
    SELECT DISTINCT ON (installation.bin_id, level_reading.observed_at)
        installation.bin_id,
        level_reading.observed_at,
        level_reading.distance_mm,
        level_reading.cannot_measure,
        level_reading.tilted,
        level_reading.alarms,
        installation.empty_mm,
        installation.full_mm,
        installation.blind_zone_mm,
        installation.max_range_mm
    FROM installation
    JOIN level_reading
        ON level_reading.device_id = installation.device_id
        AND level_reading.observed_at >= installation.valid_from
        AND (installation.valid_to IS NULL OR level_reading.observed_at < installation.valid_to)
    WHERE installation.bin_id IS NOT NULL AND level_reading.observed_at >= :since AND level_reading.observed_at < :until
    ORDER BY
        installation.bin_id, level_reading.observed_at, level_reading.distance_mm IS NULL, installation.valid_from DESC,
        level_reading.content
)
SELECT
    bin_id,
    observed_at,
    kept.bin_id IS NOT NULL AS is_kept,
    kept.fill_pct,
    kept.not_measurable,
    look.bin_id IS NOT NULL AS is_told,
    look.distance_mm,
    look.cannot_measure,
    look.tilted,
    look.alarms,
    look.empty_mm,
    look.full_mm,
    look.blind_zone_mm,
    look.max_range_mm
FROM look
FULL JOIN (SELECT * FROM bin_fill WHERE observed_at >= :since AND observed_at < :until) AS kept USING (bin_id, observed_at)
LEFT JOIN waiting USING (bin_id)
WHERE waiting.since IS NULL OR observed_at < waiting.since
ORDER BY bin_id, observed_at;

-- name: emptyings_kept(since, until, settled)
-- The falls that sensors showed on a day, and the emptyings, of every bin that was measured about then or emptied; bins with readings not looked at are left out.
SELECT
    bin.bin_id,
    ARRAY(
        SELECT extract(epoch FROM fell_at)::double precision
        FROM bin_fall
        WHERE bin_fall.bin_id = bin.bin_id AND fell_at >= :since AND fell_at < :until
        ORDER BY fell_at
    ) AS fell_at_s,
    ARRAY(
        SELECT extract(epoch FROM emptied_at)::double precision
        FROM emptying
        WHERE emptying.bin_id = bin.bin_id AND emptied_at >= :since AND emptied_at < :until
        ORDER BY emptied_at
    ) AS emptied_at_s
FROM bin
WHERE NOT EXISTS (
        SELECT FROM (SELECT device_id, since FROM touched UNION ALL SELECT device_id, since FROM reopened) AS waiting
        JOIN installation USING (device_id)
        WHERE installation.bin_id = bin.bin_id AND waiting.since < :settled
    )
    AND (
        EXISTS (SELECT FROM bin_fill WHERE bin_fill.bin_id = bin.bin_id AND observed_at >= :since AND observed_at < :settled)
        OR EXISTS (SELECT FROM bin_fall WHERE bin_fall.bin_id = bin.bin_id AND fell_at >= :since AND fell_at < :until)
        OR EXISTS (SELECT FROM emptying WHERE emptying.bin_id = bin.bin_id AND emptied_at >= :since AND emptied_at < :until)
    )
ORDER BY bin.bin_id;

-- name: keep_audit(begun_at, what, day, compared, differed, repaired, examples)!
-- Keep what an audit found of a day.
INSERT INTO audit (begun_at, what, day, compared, differed, repaired, examples)
VALUES (:begun_at, :what, :day, :compared, :differed, :repaired, :examples)
ON CONFLICT (begun_at, what, day) DO NOTHING;

-- name: audited_days(begun_at)
-- The days that the audit that began then has looked at.
SELECT DISTINCT day FROM audit WHERE begun_at = :begun_at;

-- name: oldest_day()^
-- The day from which on anything is derived.
SELECT min(oldest.at)::date
FROM (
    SELECT (SELECT min(observed_at) FROM bin_fill WHERE bin_fill.bin_id = bin.bin_id) AS at FROM bin
    UNION ALL
    SELECT (SELECT min(hour_start) FROM published_hour WHERE published_hour.counter_id = counter.counter_id) FROM counter
) AS oldest;

-- name: longest_unaudited(since, until, most)
-- The days of [since, until) whose last audit lies longest back, those never audited first.
SELECT every.day::date AS day
FROM generate_series(:since::date, :until::date - 1, INTERVAL '1 day') AS every (day)
LEFT JOIN (SELECT day, max(begun_at) AS begun_at FROM audit GROUP BY day) AS last ON last.day = every.day::date
ORDER BY last.begun_at NULLS FIRST, every.day
LIMIT :most;

-- name: last_audit()
-- What the last audit found, by kind.
SELECT
    begun_at,
    what,
    min(day) AS first_day,
    max(day) AS last_day,
    sum(compared)::bigint AS compared,
    sum(differed)::bigint AS differed,
    sum(repaired)::bigint AS repaired
FROM audit
WHERE begun_at = (SELECT max(begun_at) FROM audit)
GROUP BY begun_at, what
ORDER BY what;
