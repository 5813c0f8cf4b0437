-- name: suitability_due(at, oldest, most)
-- Sensors in bins with a fortnight that ended and has no report, none that ended before `oldest`; those without any report first.
SELECT
    installation.installation_id,
    installation.device_id,
    device.device,
    installation.bin_id,
    installation.valid_from,
    installation.valid_to,
    installation.empty_mm,
    installation.full_mm,
    installation.blind_zone_mm,
    installation.max_range_mm,
    installation.report_every_s,
    last.ends_at AS reported_until,
    coalesce(last.vote, true) AS vote
FROM installation
JOIN device USING (device_id)
LEFT JOIN LATERAL (
    SELECT ends_at, vote FROM suitability_report AS report
    WHERE report.installation_id = installation.installation_id
    ORDER BY ends_at DESC
    LIMIT 1
) AS last ON true
WHERE installation.bin_id IS NOT NULL
    AND coalesce(last.ends_at + INTERVAL '168 hours', installation.valid_from + INTERVAL '336 hours')
        <= least(:at::timestamptz, installation.valid_to)
    AND (installation.valid_to IS NULL OR installation.valid_to > :oldest)
ORDER BY last.ends_at NULLS FIRST, installation.installation_id
LIMIT :most;

-- name: suitability_said(device_id, since, until)
-- What a device said of the level and its battery in a time, one a moment, in time order; of two the one with a distance.
SELECT DISTINCT ON (observed_at)
    extract(epoch FROM observed_at)::double precision AS at_s,
    distance_mm,
    cannot_measure,
    tilted,
    coalesce(alarms, '{}') AS alarms,
    battery_pct,
    battery_mv
FROM level_reading
WHERE device_id = :device_id AND observed_at >= :since AND observed_at < :until
ORDER BY observed_at, distance_mm IS NULL, content;

-- name: suitability_frame_days(device, since, until)
-- The frames of a device by day, as its own counter tells them.
SELECT day, sum(heard)::bigint AS heard, sum(missing)::bigint AS missing
FROM frame_day
WHERE device = :device AND day >= :since AND day < :until
GROUP BY day
ORDER BY day;

-- name: suitability_report_keep(installation_id, ends_at, written_at, verdict, failed, cares, trusted, vote, readings, measured, invalid_share, near_share, tilted_share, outside_share, jitter_mm, jitter_pct, stray_share, stray_up_share, jumps_up, steps, wander_pct_a_day, same_share, days, days_heard, days_between, days_thin, frames_sent, loss_share, longest_silence_s, battery_pct, battery_lost_pct, battery_mv, fills_checked, fills_wrong, emptyings_checked, emptyings_wrong, left_checked, left_wrong)!
-- Keep a report; one that is there stands.
INSERT INTO suitability_report (
    installation_id, ends_at, written_at, verdict, failed, cares, trusted, vote, readings, measured, invalid_share, near_share,
    tilted_share, outside_share, jitter_mm, jitter_pct, stray_share, stray_up_share, jumps_up, steps, wander_pct_a_day, same_share,
    days, days_heard, days_between, days_thin, frames_sent, loss_share, longest_silence_s, battery_pct, battery_lost_pct, battery_mv,
    fills_checked, fills_wrong, emptyings_checked, emptyings_wrong, left_checked, left_wrong
)
VALUES (
    :installation_id, :ends_at, :written_at, :verdict, :failed, :cares, :trusted, :vote, :readings, :measured, :invalid_share,
    :near_share, :tilted_share, :outside_share, :jitter_mm, :jitter_pct, :stray_share, :stray_up_share, :jumps_up, :steps,
    :wander_pct_a_day, :same_share, :days, :days_heard, :days_between, :days_thin, :frames_sent, :loss_share, :longest_silence_s,
    :battery_pct, :battery_lost_pct, :battery_mv, :fills_checked, :fills_wrong, :emptyings_checked, :emptyings_wrong, :left_checked, :left_wrong
)
ON CONFLICT (installation_id, ends_at) DO NOTHING;

-- name: suitability_reports(installation_id)
-- Every report of an installation, newest first.
SELECT * FROM suitability_report WHERE installation_id = :installation_id ORDER BY ends_at DESC;

-- name: suitability_sensors(council, installation_id, at)
-- The sensors in the bins of a council (null: of all), or one, with the last report, whether they have the vote, and offers waiting. Asked for one, an
-- installation that has ended is told too.
SELECT
    installation.installation_id,
    installation.device_id,
    device.device,
    device.model,
    installation.bin_id,
    bin.council,
    bin.name,
    installation.valid_from,
    installation.valid_to,
    installation.empty_mm,
    installation.full_mm,
    installation.blind_zone_mm,
    installation.max_range_mm,
    installation.report_every_s,
    coalesce(last.verdict, 'not_known_yet') AS verdict,
    coalesce(last.failed, '{}') AS failed,
    coalesce(last.cares, '{}') AS cares,
    last.ends_at AS reported_until,
    installation_votes(installation.installation_id, :at) AS vote,
    override.override_id,
    (SELECT count(*) FROM suitability_offer AS offer WHERE offer.installation_id = installation.installation_id AND offer.state = 'open')
        AS offers
FROM installation
JOIN device USING (device_id)
JOIN bin USING (bin_id)
LEFT JOIN LATERAL (
    SELECT verdict, failed, cares, ends_at FROM suitability_report AS report
    WHERE report.installation_id = installation.installation_id
    ORDER BY ends_at DESC
    LIMIT 1
) AS last ON true
LEFT JOIN LATERAL (
    SELECT override_id FROM suitability_override
    WHERE suitability_override.installation_id = installation.installation_id
        AND told_at <= :at AND until > :at AND ended_at IS NULL
    ORDER BY told_at DESC, override_id DESC
    LIMIT 1
) AS override ON true
WHERE (:council::text IS NULL OR bin.council = :council)
    AND CASE
        WHEN :installation_id::integer IS NULL
            THEN bin.active AND installation.valid_from <= :at AND (installation.valid_to IS NULL OR installation.valid_to > :at)
        ELSE installation.installation_id = :installation_id
    END
ORDER BY bin.bin_id, installation.valid_from;

-- name: suitability_versions(bin_id)
-- Every installation that a bin had, newest first, with the last verdict on it.
SELECT
    installation.installation_id,
    device.device,
    installation.valid_from,
    installation.valid_to,
    installation.empty_mm,
    installation.full_mm,
    coalesce(
        (
            SELECT verdict FROM suitability_report AS report
            WHERE report.installation_id = installation.installation_id
            ORDER BY ends_at DESC
            LIMIT 1
        ),
        'not_known_yet'
    ) AS verdict
FROM installation
JOIN device USING (device_id)
WHERE installation.bin_id = :bin_id
ORDER BY installation.valid_from DESC;
