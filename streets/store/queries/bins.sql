-- name: lock_bin(bin_id)!
-- One at a time derives anything of a bin.
SELECT pg_advisory_xact_lock(hashtext('streets bin'), hashtext(:bin_id));

-- name: bin_looks(bin_id, since)
-- What a bin's sensors said since then, with the installation record of the moment; of two words of one moment the one with a distance.
SELECT DISTINCT ON (level_reading.observed_at)
    level_reading.observed_at,
    level_reading.distance_mm,
    level_reading.cannot_measure,
    level_reading.tilted,
    coalesce(level_reading.alarms, '{}') AS alarms,
    installation.empty_mm,
    installation.full_mm,
    installation.blind_zone_mm,
    installation.max_range_mm
FROM installation
JOIN level_reading
    ON level_reading.device_id = installation.device_id
    AND level_reading.observed_at >= installation.valid_from
    AND (installation.valid_to IS NULL OR level_reading.observed_at < installation.valid_to)
WHERE installation.bin_id = :bin_id AND level_reading.observed_at >= :since
ORDER BY level_reading.observed_at, level_reading.distance_mm IS NULL, installation.valid_from DESC, level_reading.content;

-- name: bin_fills_forget(bin_id, since)!
-- Forget a bin's derived fills since then, because its readings are looked at again.
DELETE FROM bin_fill WHERE bin_id = :bin_id AND observed_at >= :since;

-- name: bin_fills_keep(bin_id, observed_at, fill_pct, not_measurable)!
-- Keep a bin's derived fills, given as columns.
INSERT INTO bin_fill (bin_id, observed_at, fill_pct, not_measurable)
SELECT :bin_id, told.observed_at, told.fill_pct, told.not_measurable
FROM unnest(:observed_at::timestamptz[], :fill_pct::real[], :not_measurable::text[])
    AS told (observed_at, fill_pct, not_measurable);

-- name: bin_measured(bin_id, since, until)^
-- A bin's measured fills of a time, which may have no end, as columns in time order.
SELECT
    coalesce(array_agg(extract(epoch FROM observed_at)::double precision ORDER BY observed_at), '{}') AS at_s,
    coalesce(array_agg(fill_pct::double precision ORDER BY observed_at), '{}') AS fill_pct
FROM bin_fill
WHERE bin_id = :bin_id AND observed_at >= :since AND fill_pct IS NOT NULL
    AND (:until::timestamptz IS NULL OR observed_at < :until);

-- name: bin_histories(since, at)
-- Every active bin's measured fills and emptyings since then, as columns in time order: what its habit is learned from. No fills
-- where the sensor's word does not count.
SELECT
    bin.council,
    bin.bin_id,
    fills.at_s,
    fills.fill_pct,
    ARRAY(
        SELECT DISTINCT extract(epoch FROM emptying.emptied_at)::double precision
        FROM emptying
        WHERE emptying.bin_id = bin.bin_id AND emptying.emptied_at >= :since
        ORDER BY 1
    ) AS emptied_at_s
FROM bin
CROSS JOIN LATERAL (
    SELECT
        coalesce(array_agg(extract(epoch FROM observed_at)::double precision ORDER BY observed_at), '{}') AS at_s,
        coalesce(array_agg(bin_fill.fill_pct::double precision ORDER BY observed_at), '{}') AS fill_pct
    FROM bin_fill
    WHERE bin_fill.bin_id = bin.bin_id AND observed_at >= :since AND bin_fill.fill_pct IS NOT NULL AND bin_votes(bin.bin_id, :at)
) AS fills
WHERE bin.active
ORDER BY bin.council, bin.bin_id;

-- name: bin_habit_keep(bin_id, learned_at, rise_pct_per_h, spread_pct, emptied_every_h, left_pct)!
-- Keep how a bin usually fills.
INSERT INTO bin_habit (bin_id, learned_at, rise_pct_per_h, spread_pct, emptied_every_h, left_pct)
VALUES (:bin_id, :learned_at, :rise_pct_per_h, :spread_pct, :emptied_every_h, :left_pct)
ON CONFLICT (bin_id) DO UPDATE SET
    learned_at = excluded.learned_at,
    rise_pct_per_h = excluded.rise_pct_per_h,
    spread_pct = excluded.spread_pct,
    emptied_every_h = excluded.emptied_every_h,
    left_pct = excluded.left_pct;

-- name: bins_to_judge(at, since, looks, rises_since)
-- Every active bin with what its state and its forecast rest on: its sensor, looks, last emptyings, habit, battery, rises and
-- what a collection would find.
SELECT
    bin.bin_id,
    bin.visit_every_days,
    sensor.report_every_s,
    device_health.silent_after_s,
    looked.at_s,
    looked.fill_pct,
    looked.not_measurable,
    emptied.last_emptied_at,
    emptied.crew_emptied_at,
    bin_habit.rise_pct_per_h::double precision[] AS rise_pct_per_h,
    bin_habit.spread_pct,
    bin_habit.emptied_every_h,
    bin_habit.left_pct,
    battery.battery_pct,
    coalesce(sensor.votes, true) AS votes,
    rise.told_at AS rise_told_at,
    rise.ahead_h AS rise_ahead_h,
    rise.low_pct AS rise_low_pct,
    rise.middle_pct AS rise_middle_pct,
    rise.high_pct AS rise_high_pct,
    finding.told_at AS finding_told_at,
    finding.low_pct AS finding_low_pct,
    finding.middle_pct AS finding_middle_pct,
    finding.high_pct AS finding_high_pct,
    finding.ahead_h::double precision[] AS finding_ahead_h,
    finding.full_by::double precision[] AS finding_full_by
FROM bin
LEFT JOIN LATERAL (
    SELECT
        installation.device_id,
        installation.report_every_s,
        installation_votes(installation.installation_id, :at) AS votes
    FROM installation
    WHERE installation.bin_id = bin.bin_id AND installation.valid_from <= :at
        AND (installation.valid_to IS NULL OR installation.valid_to > :at)
    ORDER BY installation.valid_from DESC
    LIMIT 1
) AS sensor ON true
LEFT JOIN bin_habit ON bin_habit.bin_id = bin.bin_id AND sensor.votes IS NOT FALSE
LEFT JOIN device_health USING (device_id)
CROSS JOIN LATERAL (
    SELECT
        coalesce(array_agg(extract(epoch FROM latest.observed_at)::double precision ORDER BY latest.observed_at), '{}') AS at_s,
        coalesce(array_agg(latest.fill_pct::double precision ORDER BY latest.observed_at), '{}') AS fill_pct,
        coalesce(array_agg(latest.not_measurable ORDER BY latest.observed_at), '{}') AS not_measurable
    FROM (
        SELECT bin_fill.observed_at, bin_fill.fill_pct, bin_fill.not_measurable
        FROM bin_fill
        WHERE bin_fill.bin_id = bin.bin_id AND bin_fill.observed_at BETWEEN :since AND :at
        ORDER BY bin_fill.observed_at DESC
        LIMIT :looks
    ) AS latest
) AS looked
CROSS JOIN LATERAL (
    SELECT
        max(last.emptied_at) FILTER (WHERE sensor.votes IS NOT FALSE OR last.seen_by <> 'sensor') AS last_emptied_at,
        max(last.emptied_at) FILTER (WHERE last.seen_by <> 'sensor') AS crew_emptied_at
    FROM (
        SELECT emptying.emptied_at, emptying.seen_by
        FROM emptying
        WHERE emptying.bin_id = bin.bin_id AND emptying.emptied_at <= :at
        UNION ALL
        -- A sensor whose word does not count cannot deny the crew's.
        SELECT disagreement.at, 'crew'
        FROM disagreement
        WHERE sensor.votes IS FALSE AND disagreement.bin_id = bin.bin_id AND disagreement.at <= :at
            AND disagreement.what = 'no_fall'
    ) AS last
) AS emptied
LEFT JOIN LATERAL (
    SELECT level_reading.battery_pct
    FROM level_reading
    WHERE level_reading.device_id = sensor.device_id AND level_reading.observed_at BETWEEN :since AND :at
        AND level_reading.battery_pct IS NOT NULL
    ORDER BY level_reading.observed_at DESC, level_reading.content
    LIMIT 1
) AS battery ON true
LEFT JOIN LATERAL (
    SELECT
        max(told_at) AS told_at,
        array_agg(ahead_h::double precision ORDER BY ahead_h) AS ahead_h,
        array_agg(low_pct::double precision ORDER BY ahead_h) AS low_pct,
        array_agg(middle_pct::double precision ORDER BY ahead_h) AS middle_pct,
        array_agg(high_pct::double precision ORDER BY ahead_h) AS high_pct
    FROM bin_rise
    WHERE bin_rise.bin_id = bin.bin_id AND bin_rise.told_at BETWEEN :rises_since AND :at AND sensor.votes IS NOT FALSE
) AS rise ON true
LEFT JOIN bin_finding AS finding ON finding.bin_id = bin.bin_id AND finding.told_at BETWEEN :rises_since AND :at
WHERE bin.active
ORDER BY bin.bin_id;

-- name: bin_status_keep(bin_id, state, reason, fill_pct, observed_at, expected_fill_pct, expected_low_pct, expected_high_pct, full_by, low_by_pct, middle_by_pct, high_by_pct, rests_on, last_emptied_at, rise_pct_per_h, full_at, full_at_early, full_at_late, overflow_24h, battery_pct, computed_at)!
-- Keep what is now known of a bin.
INSERT INTO bin_status (
    bin_id, state, reason, fill_pct, observed_at, expected_fill_pct, expected_low_pct, expected_high_pct, full_by,
    low_by_pct, middle_by_pct, high_by_pct, rests_on, last_emptied_at, rise_pct_per_h, full_at, full_at_early, full_at_late, overflow_24h, battery_pct, computed_at
)
VALUES (
    :bin_id, :state, :reason, :fill_pct, :observed_at, :expected_fill_pct, :expected_low_pct, :expected_high_pct, :full_by,
    :low_by_pct, :middle_by_pct, :high_by_pct, :rests_on, :last_emptied_at, :rise_pct_per_h, :full_at, :full_at_early, :full_at_late, :overflow_24h, :battery_pct, :computed_at
)
ON CONFLICT (bin_id) DO UPDATE SET
    state = excluded.state,
    reason = excluded.reason,
    fill_pct = excluded.fill_pct,
    observed_at = excluded.observed_at,
    expected_fill_pct = excluded.expected_fill_pct,
    expected_low_pct = excluded.expected_low_pct,
    expected_high_pct = excluded.expected_high_pct,
    full_by = excluded.full_by,
    low_by_pct = excluded.low_by_pct,
    middle_by_pct = excluded.middle_by_pct,
    high_by_pct = excluded.high_by_pct,
    rests_on = excluded.rests_on,
    last_emptied_at = excluded.last_emptied_at,
    rise_pct_per_h = excluded.rise_pct_per_h,
    full_at = excluded.full_at,
    full_at_early = excluded.full_at_early,
    full_at_late = excluded.full_at_late,
    overflow_24h = excluded.overflow_24h,
    battery_pct = excluded.battery_pct,
    computed_at = excluded.computed_at;

-- name: bins_now(bin_id, council, ward, min_fill, west, south, east, north)
-- Bins as last understood; every condition that is null is left out, and a bin without a measured fill meets no least fill.
SELECT
    bin.bin_id, bin.name, bin.council, bin.ward_code, ward.name AS ward, ward.name_cy AS ward_cy, bin.lat, bin.lon,
    bin.capacity_l, coalesce(bin_status.state, 'no_sensor') AS state, bin_status.reason, bin_status.fill_pct,
    bin_status.observed_at, bin_status.last_emptied_at, bin_status.rise_pct_per_h, bin_status.full_at,
    bin_status.full_at_early, bin_status.full_at_late, bin_status.overflow_24h, bin_status.computed_at,
    bin_status.expected_low_pct, bin_status.expected_high_pct, bin_status.rests_on
FROM bin
LEFT JOIN ward USING (ward_code)
LEFT JOIN bin_status USING (bin_id)
WHERE bin.active
    AND (:bin_id::text IS NULL OR bin.bin_id = :bin_id)
    AND (:council::text IS NULL OR bin.council = :council)
    AND (:ward::text IS NULL OR bin.ward_code = :ward)
    AND (:min_fill::real IS NULL OR bin_status.fill_pct >= :min_fill)
    AND (
        :west::double precision IS NULL
        OR (bin.lon BETWEEN :west AND :east AND bin.lat BETWEEN :south AND :north)
    )
ORDER BY bin.bin_id;

-- name: bin_fills(bin_id, since, until, most)
-- A bin's derived fills of a time, oldest first.
SELECT observed_at, fill_pct, not_measurable
FROM bin_fill
WHERE bin_id = :bin_id AND observed_at >= :since AND observed_at < :until
ORDER BY observed_at
LIMIT :most;
