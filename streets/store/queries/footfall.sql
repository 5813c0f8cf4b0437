-- name: places()
-- Every place, by name.
SELECT place_id, council, name, name_cy, lat, lon FROM place ORDER BY name, place_id;

-- name: place(place_id)
-- One place.
SELECT place_id, council, name, name_cy, lat, lon FROM place WHERE place_id = :place_id;

-- name: counters_installed(at, place_id)
-- The counters of one place, or of all, with the devices that stand on them at a time.
SELECT
    counter.counter_id,
    counter.place_id,
    coalesce(array_agg(DISTINCT installation.device_id::text) FILTER (WHERE installation.device_id IS NOT NULL), '{}') AS sources,
    EXISTS (
        SELECT 1 FROM counter_unfit AS unfit
        WHERE unfit.counter_id = counter.counter_id AND unfit.until > :at - INTERVAL '3 hours' AND unfit.since <= :at
    ) AS doubted,
    (
        SELECT newest.why
        FROM installation AS standing
        CROSS JOIN LATERAL (
            SELECT known, why
            FROM count_interval
            WHERE count_interval.device_id = standing.device_id
                AND (standing.line IS NULL OR standing.line = count_interval.line)
                AND start_at >= greatest(standing.valid_from, :at - INTERVAL '3 hours')
                AND start_at < :at
            ORDER BY start_at DESC LIMIT 1
        ) AS newest
        WHERE standing.counter_id = counter.counter_id
            AND standing.valid_from <= :at
            AND (standing.valid_to IS NULL OR standing.valid_to > :at)
            AND newest.known NOT IN ('counted', 'from_totals')
        ORDER BY newest.why
        LIMIT 1
    ) AS not_counted_why
FROM counter
LEFT JOIN installation
    ON installation.counter_id = counter.counter_id
    AND installation.valid_from <= :at
    AND (installation.valid_to IS NULL OR installation.valid_to > :at)
WHERE :place_id::text IS NULL OR counter.place_id = :place_id
GROUP BY counter.counter_id, counter.place_id
ORDER BY counter.counter_id;

-- name: counters_of_place(place_id, at)
-- The counters of a place, and what their directions are called at a time.
SELECT
    counter.counter_id,
    counter.name,
    coalesce(min(installation.in_label), counter.in_label) AS in_label,
    coalesce(min(installation.out_label), counter.out_label) AS out_label
FROM counter
LEFT JOIN installation
    ON installation.counter_id = counter.counter_id
    AND installation.valid_from <= :at
    AND (installation.valid_to IS NULL OR installation.valid_to > :at)
WHERE counter.place_id = :place_id
GROUP BY counter.counter_id
ORDER BY counter.name, counter.counter_id;

-- name: spells(since, at)
-- What is known of each counter's device and line since a time, as it was counted: estimates are not, nor what the device calls faulty.
SELECT
    installation.counter_id,
    counted.device_id::text || '/' || counted.line AS source,
    counted.start_at AS started_at,
    counted.end_at AS ended_at,
    coalesce(counted.people_in, 0) + coalesce(counted.people_out, 0) AS people,
    counted.told_s
FROM count_interval AS counted
JOIN installation
    ON installation.device_id = counted.device_id
    AND (installation.line IS NULL OR installation.line = counted.line)
    AND installation.valid_from <= counted.start_at
    AND (installation.valid_to IS NULL OR installation.valid_to > counted.start_at)
WHERE counted.start_at >= :since
    AND counted.start_at < :at
    AND installation.counter_id IS NOT NULL
    AND counted.known IN ('counted', 'from_totals')
ORDER BY installation.counter_id, source, started_at;

-- name: usual_of_counters(place_id, hours)
-- People per hour usual at the counters of one place, or of all, in some hours of the week, or in all.
SELECT counter_id, hour_of_week, counter_usual.people FROM counter_usual JOIN counter USING (counter_id)
WHERE (:place_id::text IS NULL OR counter.place_id = :place_id)
    AND (:hours::smallint[] IS NULL OR hour_of_week = ANY(:hours::smallint[]))
ORDER BY counter_id, hour_of_week;

-- name: error_bands()
-- How far the forecasts of every place were off.
SELECT place_id, hours_ahead, by_day, low_ratio, high_ratio, errors FROM place_error_band ORDER BY place_id, hours_ahead, by_day;

-- name: counted_hours(since, at)
-- Every whole hour of every counter as it was counted, for what is usual; estimates teach nothing.
SELECT counter_id, hour_start, people - estimated_people AS people, covered_s FROM counter_hour
WHERE hour_start >= :since AND hour_start + INTERVAL '1 hour' <= :at
ORDER BY counter_id, hour_start;

-- name: place_hours(place_id, since, until)
-- The hours of a place's counters in ascending order, with what is wrong with them where something is, and how they were revised.
-- Directions are called as the installation record of the hour calls them, else as the counter's.
SELECT
    counter.counter_id,
    counter.place_id,
    counter.name,
    coalesce(labels.in_label, counter.in_label) AS in_label,
    coalesce(labels.out_label, counter.out_label) AS out_label,
    hour.hour_start,
    hour.people,
    hour.people_in,
    hour.people_out,
    hour.is_known,
    hour.covered_s,
    hour.estimated_people,
    hour.estimated_s,
    hour.gap_s,
    hour.gap_why,
    (
        SELECT min(unfit.kind) FROM counter_unfit AS unfit
        WHERE unfit.counter_id = counter.counter_id AND unfit.since <= hour.hour_start AND unfit.until > hour.hour_start
    ) AS unfit,
    coalesce(published.revision, 0) AS revision,
    published.revised_at,
    first.was_people,
    first.was_covered_s
FROM counter
JOIN counter_hour AS hour ON hour.counter_id = counter.counter_id
CROSS JOIN LATERAL (
    SELECT min(installation.in_label) AS in_label, min(installation.out_label) AS out_label
    FROM installation
    WHERE installation.counter_id = counter.counter_id
        AND installation.valid_from <= hour.hour_start
        AND (installation.valid_to IS NULL OR installation.valid_to > hour.hour_start)
) AS labels
LEFT JOIN published_hour AS published
    ON published.counter_id = hour.counter_id AND published.hour_start = hour.hour_start AND published.revision > 0
LEFT JOIN revised_hour AS first
    ON first.counter_id = published.counter_id AND first.hour_start = published.hour_start AND first.revision = 1
WHERE counter.place_id = :place_id AND hour.hour_start >= :since AND hour.hour_start < :until
ORDER BY hour.hour_start, counter.counter_id;

-- name: forget_usual()!
-- Clear what is usual, before it is written anew.
DELETE FROM counter_usual;

-- name: keep_usual(counter_id, hour_of_week, people, weeks, at)!
-- Keep what is usual at a counter in one hour of the week.
INSERT INTO counter_usual (counter_id, hour_of_week, people, weeks, computed_at)
VALUES (:counter_id, :hour_of_week, :people, :weeks, :at);

-- name: forget_unfit(since)!
-- Clear the stretches that reach into the time that is looked at anew.
DELETE FROM counter_unfit WHERE until > :since AND since >= :since;

-- name: keep_unfit(counter_id, kind, since, until)!
-- Keep a stretch of hours that is not to be believed.
INSERT INTO counter_unfit (counter_id, kind, since, until) VALUES (:counter_id, :kind, :since, :until)
ON CONFLICT (counter_id, kind, since) DO UPDATE SET until = greatest(counter_unfit.until, excluded.until);

-- name: forget_error_bands()!
-- Clear the past errors, before they are written anew.
DELETE FROM place_error_band;

-- name: keep_error_band(place_id, hours_ahead, by_day, low_ratio, high_ratio, errors)!
-- Keep how far a place's forecasts were off.
INSERT INTO place_error_band (place_id, hours_ahead, by_day, low_ratio, high_ratio, errors)
VALUES (:place_id, :hours_ahead, :by_day, :low_ratio, :high_ratio, :errors);
