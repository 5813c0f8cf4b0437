-- name: refused_frame_rooms(days, sources, devices)
-- How many refused frames of these lines are kept by number, and whether the device is registered.
SELECT day, source, device, EXISTS (SELECT FROM device WHERE device.device = asked.device) AS registered, coalesce(told, 0) AS told
FROM unnest(:days::date[], :sources::text[], :devices::text[]) AS asked(day, source, device)
LEFT JOIN refused_frame_day USING (day, source, device);

-- name: refused_frames_told()
-- How many refused frames are kept by number, by day and source.
SELECT day, source, sum(told)::bigint FROM refused_frame_day GROUP BY day, source;

-- name: refused_frames_kept(devices, sessions, f_cnts, sources, occurrences)
-- Those of these refused frames that are kept already.
SELECT device, session, f_cnt, source, occurrence
FROM refused_frame
JOIN unnest(:devices::text[], :sessions::text[], :f_cnts::bigint[], :sources::text[], :occurrences::bigint[])
    AS asked(device, session, f_cnt, source, occurrence) USING (device, session, f_cnt, source, occurrence);

-- name: keep_refused_frames(devices, sessions, f_cnts, sources, occurrences, observed_ats, received_ats)!
-- Keeps refused frames by number, in an order in which two writers never wait for each other in a ring.
INSERT INTO refused_frame (device, session, f_cnt, source, occurrence, observed_at, received_at)
SELECT *
FROM unnest(:devices::text[], :sessions::text[], :f_cnts::bigint[], :sources::text[], :occurrences::bigint[],
    :observed_ats::timestamptz[], :received_ats::timestamptz[]) AS came(device, session, f_cnt, source, occurrence)
ORDER BY device COLLATE "C", session COLLATE "C", f_cnt, source COLLATE "C", occurrence
ON CONFLICT DO NOTHING;

-- name: count_refused_frames(days, sources, devices, told, untold)!
-- Adds to what is kept by number, and to what is not, of refused frames.
INSERT INTO refused_frame_day (day, source, device, told, untold)
SELECT *
FROM unnest(:days::date[], :sources::text[], :devices::text[], :told::bigint[], :untold::bigint[]) AS came(day, source, device)
ORDER BY day, source COLLATE "C", device COLLATE "C"
ON CONFLICT (day, source, device) DO UPDATE SET
    told = refused_frame_day.told + excluded.told,
    untold = refused_frame_day.untold + excluded.untold;

-- name: untold_frames(first, last)
-- Messages of each line of the days whose frame counter was not kept.
SELECT day, source, device, untold FROM refused_frame_day WHERE day BETWEEN :first AND :last AND untold > 0;

-- name: delete_refused_frames_before(received_before)!
-- Refused frames that came before then.
DELETE FROM refused_frame WHERE received_at < :received_before;

-- name: forget_told_before(day)!
-- Of earlier days no refused frame is kept by number.
UPDATE refused_frame_day SET told = 0 WHERE day < :day AND told > 0;
