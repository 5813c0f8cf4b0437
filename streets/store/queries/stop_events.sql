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

-- name: add_stop_event(event_id, stop_id, at, event, observed_fill, note, received_at, told_by)!
-- Keep what a crew told of a stop; the same event again changes nothing.
INSERT INTO stop_event (event_id, stop_id, at, event, observed_fill, note, received_at, told_by)
VALUES (:event_id, :stop_id, :at, :event, :observed_fill, :note, :received_at, :told_by)
ON CONFLICT (event_id) DO NOTHING;

-- name: add_crew_emptying(bin_id, emptied_at, fill_before_pct)!
-- Keep an emptying as the crew told it.
INSERT INTO emptying (bin_id, emptied_at, seen_by, fill_before_pct) VALUES (:bin_id, :emptied_at, 'crew', :fill_before_pct)
ON CONFLICT (bin_id, emptied_at, seen_by) DO NOTHING;

-- name: remove_crew_emptying(bin_id, emptied_at)!
-- Forget an emptying that the crew took back.
DELETE FROM emptying WHERE bin_id = :bin_id AND emptied_at = :emptied_at AND seen_by = 'crew';
