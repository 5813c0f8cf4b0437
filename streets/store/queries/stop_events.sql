-- name: stop_of_council(council, stop_id)^
-- A stop, if it belongs to the council, with the day of its round.
SELECT s.stop_id, s.round_id, s.kind, s.bin_id, s.name, r.service_date
FROM round_stop s JOIN round r USING (round_id)
WHERE r.council = :council AND s.stop_id = :stop_id;

-- name: bin_is_of_council(council, bin_id)$
-- Whether the council has such a bin.
SELECT EXISTS (SELECT FROM bin WHERE council = :council AND bin_id = :bin_id);

-- name: stop_events_of_day(council, service_date)
-- What crews told of a day's stops, on whichever version of the plan, and of bins that were on no round.
SELECT event_id, stop_id, bin_id, at, event, observed_fill, note, received_at, told_by
FROM crew_event
WHERE council = :council AND service_date = :service_date
ORDER BY at, received_at;

-- name: tips_of_older_plans(council, service_date)
-- The tips of a day's plans that are out of force: a phone without signal may still have them, and tell of them.
SELECT r.vehicle_id, s.stop_id
FROM round_stop s JOIN round r USING (round_id)
WHERE r.council = :council AND r.service_date = :service_date AND r.superseded_at IS NOT NULL AND s.kind = 'tip'
ORDER BY r.vehicle_id, s.stop_id;

-- name: stop_events_of_bin(bin_id, since, until)
-- What crews told at a bin in a time, which may have no end, with the day of the round.
SELECT event_id, stop_id, bin_id, at, event, observed_fill, note, received_at, told_by, service_date
FROM crew_event
WHERE bin_id = :bin_id AND at >= :since AND (:until::timestamptz IS NULL OR at < :until)
ORDER BY service_date, at, received_at;

-- name: first_event_of_day(bin_id, service_date)^
-- When the first was told of a bin on a day's rounds.
SELECT min(at) FROM crew_event WHERE bin_id = :bin_id AND service_date = :service_date;

-- name: add_stop_event(event_id, stop_id, at, event, observed_fill, note, received_at, told_by)!
-- Keep what a crew told of a stop; the same event again changes nothing.
INSERT INTO stop_event (event_id, stop_id, at, event, observed_fill, note, received_at, told_by)
VALUES (:event_id, :stop_id, :at, :event, :observed_fill, :note, :received_at, :told_by)
ON CONFLICT (event_id) DO NOTHING;

-- name: add_bin_event(event_id, bin_id, service_date, at, event, observed_fill, note, received_at, told_by)!
-- Keep what a crew told of a bin that was on no round; the same event again changes nothing.
INSERT INTO bin_event (event_id, bin_id, service_date, at, event, observed_fill, note, received_at, told_by)
VALUES (:event_id, :bin_id, :service_date, :at, :event, :observed_fill, :note, :received_at, :told_by)
ON CONFLICT (event_id) DO NOTHING;

-- name: round_mark(council, round_id)^
-- The round in force of the same vehicle and day, and how many events were told of that day: what a phone asks to notice news.
SELECT r.round_id, (
    SELECT count(*) FROM crew_event e WHERE e.council = r.council AND e.service_date = r.service_date
)::integer AS events
FROM round asked JOIN round r USING (council, service_date, vehicle_id)
WHERE asked.council = :council AND asked.round_id = :round_id
ORDER BY r.version DESC LIMIT 1;

-- name: bins_seen_overflowing(council, since)
-- Bins of which a crew's last word, since a day of service, is that they overflow, and that nobody is known to have emptied after it.
SELECT last.bin_id
FROM (
    SELECT DISTINCT ON (bin_id) bin_id, event, at
    FROM crew_event
    WHERE council = :council AND service_date >= :since AND bin_id IS NOT NULL
    ORDER BY bin_id, at DESC, received_at DESC
) AS last
WHERE last.event = 'overflowing'
    AND NOT EXISTS (SELECT FROM emptying WHERE emptying.bin_id = last.bin_id AND emptying.emptied_at > last.at);
