-- name: stop_of_council(council, stop_id)^
-- A stop, if it belongs to the council, with the day of its round.
SELECT s.stop_id, s.round_id, s.kind, s.bin_id, s.name, r.service_date
FROM round_stop s JOIN round r USING (round_id)
WHERE r.council = :council AND s.stop_id = :stop_id;

-- name: stop_events_of_day(council, service_date)
-- What crews told of a day's stops, on whichever version of the plan.
SELECT e.event_id, e.stop_id, s.bin_id, e.at, e.event, e.observed_fill, e.note, e.received_at, e.told_by
FROM stop_event e JOIN round_stop s USING (stop_id) JOIN round r USING (round_id)
WHERE r.council = :council AND r.service_date = :service_date
ORDER BY e.at, e.received_at;

-- name: stop_events_of_bin(bin_id, since, until)
-- What crews told at a bin in a time, which may have no end, with the day of the round.
SELECT e.event_id, e.stop_id, s.bin_id, e.at, e.event, e.observed_fill, e.note, e.received_at, e.told_by, r.service_date
FROM round_stop s
JOIN round r USING (round_id)
JOIN stop_event e USING (stop_id)
WHERE s.bin_id = :bin_id AND e.at >= :since AND (:until::timestamptz IS NULL OR e.at < :until)
ORDER BY r.service_date, e.at, e.received_at;

-- name: first_stop_event_of_day(stop_id)^
-- When the first was told of a stop's bin on the day of its round, on whichever version of the plan.
SELECT min(stop_event.at)
FROM round_stop AS asked
JOIN round AS asked_round ON asked_round.round_id = asked.round_id
JOIN round ON round.council = asked_round.council AND round.service_date = asked_round.service_date
JOIN round_stop ON round_stop.round_id = round.round_id AND round_stop.bin_id = asked.bin_id
JOIN stop_event ON stop_event.stop_id = round_stop.stop_id
WHERE asked.stop_id = :stop_id;

-- name: add_stop_event(event_id, stop_id, at, event, observed_fill, note, received_at, told_by)!
-- Keep what a crew told of a stop; the same event again changes nothing.
INSERT INTO stop_event (event_id, stop_id, at, event, observed_fill, note, received_at, told_by)
VALUES (:event_id, :stop_id, :at, :event, :observed_fill, :note, :received_at, :told_by)
ON CONFLICT (event_id) DO NOTHING;
