-- name: reopen_devices(in_bins)!
-- Take what was touched of devices in bins, or at counters, to work it out again, and posts that corrected records left. Rows that
-- ingest is writing now are left for the next run.
WITH taken AS (
    SELECT touched.device_id
    FROM touched
    WHERE EXISTS (
        SELECT FROM installation
        WHERE installation.device_id = touched.device_id AND (installation.bin_id IS NOT NULL) = :in_bins
    )
    ORDER BY touched.device_id
    FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM touched USING taken WHERE touched.device_id = taken.device_id
    RETURNING touched.device_id, touched.since, touched.why
), posts AS (
    UPDATE left_post SET taken = true WHERE (bin_id IS NOT NULL) = :in_bins
)
INSERT INTO reopened (device_id, since, why) SELECT device_id, since, why FROM gone
ON CONFLICT (device_id) DO UPDATE SET since = least(reopened.since, excluded.since), why = greatest(reopened.why, excluded.why);

-- name: reopened_posts(in_bins)
-- The bins, or the counters, to be told again, from when on and why; nothing from before the time since when readings are kept.
-- A post that the device left at that very time is one of them: what it said since then counts there no more.
SELECT
    post.post,
    greatest(
        min(post.since), (SELECT since FROM readings_kept WHERE readings = CASE WHEN :in_bins THEN 'level' ELSE 'count' END)
    ) AS since,
    max(post.why) AS why
FROM (
    SELECT
        CASE WHEN :in_bins THEN installation.bin_id ELSE installation.counter_id END AS post,
        reopened.since,
        reopened.why
    FROM reopened
    JOIN installation USING (device_id)
    WHERE installation.valid_to IS NULL OR installation.valid_to >= reopened.since
    UNION ALL
    SELECT CASE WHEN :in_bins THEN bin_id ELSE counter_id END, since, 'record_changed' FROM left_post WHERE taken
) AS post
WHERE post.post IS NOT NULL
GROUP BY post.post
ORDER BY post.post;

-- name: close_devices(in_bins)!
-- What was reopened of devices in bins, or at counters, is done, and so are the posts that were taken with it.
WITH posts AS (
    DELETE FROM left_post WHERE taken AND (bin_id IS NOT NULL) = :in_bins
)
DELETE FROM reopened
WHERE EXISTS (
    SELECT FROM installation
    WHERE installation.device_id = reopened.device_id AND (installation.bin_id IS NOT NULL) = :in_bins
);

-- name: progress(what)^
-- How far in time a work has come.
SELECT until FROM progress WHERE what = :what;

-- name: note_progress(what, until)!
-- Note how far in time a work has come.
INSERT INTO progress (what, until) VALUES (:what, :until) ON CONFLICT (what) DO UPDATE SET until = excluded.until;

-- name: oldest_reading(readings)^
-- When the oldest reading is of that is kept, found device by device.
SELECT min(oldest.at)
FROM device
CROSS JOIN LATERAL (
    (
        SELECT observed_at AS at FROM level_reading
        WHERE :readings = 'level' AND level_reading.device_id = device.device_id
        ORDER BY observed_at LIMIT 1
    )
    UNION ALL
    (
        SELECT period_start FROM count_reading
        WHERE :readings = 'count' AND count_reading.device_id = device.device_id
        ORDER BY period_start LIMIT 1
    )
) AS oldest;

-- name: oldest_derived(readings)^
-- When the oldest of what was derived from readings is of: fills from level readings, published hours from counts.
SELECT min(oldest.at)
FROM (
    SELECT (SELECT min(observed_at) FROM bin_fill WHERE bin_fill.bin_id = bin.bin_id) AS at FROM bin WHERE :readings = 'level'
    UNION ALL
    SELECT (
        SELECT min(hour_start) FROM published_hour
        WHERE published_hour.counter_id = counter.counter_id AND published_hour.people IS NOT NULL
    )
    FROM counter WHERE :readings = 'count'
) AS oldest;

-- name: note_readings_kept(readings, since)!
-- Note that readings are kept only since then; what was noted before cannot be taken back.
INSERT INTO readings_kept (readings, since) VALUES (:readings, :since)
ON CONFLICT (readings) DO UPDATE SET since = greatest(readings_kept.since, excluded.since);

-- name: readings_kept_since(readings)^
-- Since when readings are kept; no row where none were ever deleted.
SELECT since FROM readings_kept WHERE readings = :readings;

-- name: count_hour_refresh()^
-- Who refreshes the hourly counts: nothing_kept, jobs or policy.
SELECT count_hour_refresh();

-- name: refresh_hours(since, until, every)!
-- Materialise the hourly counts of [since, until): what was invalidated, or every hour. Batches leave gaps in 2.28 (timescaledb issue 10221).
CALL refresh_continuous_aggregate(
    'count_hour', :since::timestamptz, :until::timestamptz, force => :every::boolean, options => '{"buckets_per_batch": 0}'
);

-- name: lock_refresh()!
-- Wait until nobody else refreshes, and keep others waiting until the connection unlocks or ends.
SELECT pg_advisory_lock(hashtext('streets refresh'));

-- name: unlock_refresh()!
-- Let others refresh.
SELECT pg_advisory_unlock(hashtext('streets refresh'));
