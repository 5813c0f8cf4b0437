-- name: round_councils(council)
-- Councils that can be planned for: with streets, a depot, a tip and a vehicle; all of them, or the one given.
SELECT c.council FROM council c
WHERE (:council::text IS NULL OR c.council = :council)
  AND EXISTS (SELECT FROM street_extract e WHERE e.council = c.council)
  AND EXISTS (SELECT FROM vehicle v WHERE v.council = c.council)
  AND EXISTS (SELECT FROM round_base b WHERE b.council = c.council AND b.kind = 'depot')
  AND EXISTS (SELECT FROM round_base b WHERE b.council = c.council AND b.kind = 'tip')
ORDER BY c.council;

-- name: rounds_planned_for()
-- Councils that rounds were ever planned for.
SELECT council FROM council WHERE EXISTS (SELECT FROM round WHERE round.council = council.council) ORDER BY council;

-- name: round_lock(council, service_date)
-- Hold other planners of the same day back until this transaction ends.
SELECT pg_advisory_xact_lock(hashtextextended('round ' || :council || ' ' || :service_date::text, 0));

-- name: round_streets(council)^
-- The council's streets as an OpenStreetMap extract.
SELECT osm_pbf FROM street_extract WHERE council = :council;

-- name: round_bases(council)
-- Depots and tips of a council.
SELECT base_id, kind, name, lat, lon, service_s, open_from, open_until FROM round_base WHERE council = :council ORDER BY kind, base_id;

-- name: round_vehicles(council)
-- Vehicles of a council.
SELECT vehicle_id, name, capacity_l, shift_from, shift_until, capacity_kg, break_min, break_from, break_until,
    weight_t, width_m, height_m
FROM vehicle WHERE council = :council ORDER BY vehicle_id;

-- name: round_bins(council, service_date, at)
-- Every bin in use as last understood, with its latest emptying, whoever saw it; a sensor's word for or against one only where it counts;
-- and the last stop at it that rounds of earlier days still have before them after a time, of which no crew has told anything.
SELECT b.bin_id, b.name, b.lat, b.lon, b.capacity_l, b.visit_every_days, b.reach_from, b.reach_until, b.kg_per_l,
    s.state, s.reason, s.fill_pct, s.observed_at, greatest(s.last_emptied_at, e.emptied_at) AS last_emptied_at, s.rise_pct_per_h,
    s.full_at, s.full_at_early, s.full_at_late, s.overflow_24h, s.computed_at,
    s.expected_low_pct, s.expected_high_pct, s.full_by::double precision[] AS full_by,
    s.low_by_pct::double precision[] AS low_by_pct, s.middle_by_pct::double precision[] AS middle_by_pct,
    s.high_by_pct::double precision[] AS high_by_pct, h.spread_pct, h.left_pct, v.visit_before
FROM bin b
LEFT JOIN bin_status s USING (bin_id)
LEFT JOIN bin_habit h USING (bin_id)
LEFT JOIN (
    SELECT stop.bin_id, max(stop.eta) AS visit_before
    FROM round r JOIN round_stop stop USING (round_id)
    WHERE r.council = :council AND r.superseded_at IS NULL AND stop.kind = 'bin' AND stop.eta > :at
      AND r.service_date >= :at::date - 1 AND r.service_date < :service_date
      AND NOT EXISTS (
          SELECT FROM crew_event e WHERE e.council = :council AND e.service_date = r.service_date AND e.bin_id = stop.bin_id
      )
    GROUP BY stop.bin_id
) v USING (bin_id)
LEFT JOIN LATERAL (
    SELECT greatest(
        (
            SELECT max(emptying.emptied_at) FROM emptying
            WHERE emptying.bin_id = b.bin_id AND (emptying.seen_by <> 'sensor' OR s.reason IS DISTINCT FROM 'unsuitable')
        ),
        (
            SELECT max(disagreement.at) FROM disagreement
            WHERE disagreement.bin_id = b.bin_id AND disagreement.what = 'no_fall' AND s.reason = 'unsuitable'
        )
    ) AS emptied_at
) e ON true
WHERE b.council = :council AND b.active
ORDER BY b.bin_id;

-- name: rounds_of_day(council, service_date)
-- The rounds of a council's day that are in force.
SELECT r.round_id, r.council, r.service_date, r.vehicle_id, v.name AS vehicle_name, r.version, r.planned_at, r.planned_by,
    r.starts_at, r.ends_at, r.drive_s, r.distance_m, r.settings, r.superseded_at
FROM round r JOIN vehicle v USING (council, vehicle_id)
WHERE r.council = :council AND r.service_date = :service_date AND r.superseded_at IS NULL
ORDER BY r.vehicle_id;

-- name: round_in_force(council, round_id)^
-- The newest round of the same vehicle and day as the round asked for, so that an old link finds the new plan.
SELECT r.round_id, r.council, r.service_date, r.vehicle_id, v.name AS vehicle_name, r.version, r.planned_at, r.planned_by,
    r.starts_at, r.ends_at, r.drive_s, r.distance_m, r.settings, r.superseded_at
FROM round asked
JOIN round r USING (council, service_date, vehicle_id)
JOIN vehicle v USING (council, vehicle_id)
WHERE (:council::text IS NULL OR asked.council = :council) AND asked.round_id = :round_id
ORDER BY r.version DESC LIMIT 1;

-- name: round_stops(round_id)
-- The stops of a round in order.
SELECT stop_id, round_id, position, kind, bin_id, base_id, name, lat, lon, eta, leg_s, leg_m, leg_line, leg_streets, service_s,
    window_from, window_until, expected_load_l, why, why_detail
FROM round_stop WHERE round_id = :round_id ORDER BY position;

-- name: rounds_left_out(council, service_date)
-- The bins that are on none of the day's rounds, as the newest plan says; first those that must be visited.
SELECT o.bin_id, b.name, b.lat, b.lon, o.why, o.why_detail
FROM round_left_out o JOIN round r USING (round_id) JOIN bin b USING (bin_id)
WHERE r.council = :council AND r.service_date = :service_date AND r.superseded_at IS NULL
  AND r.version = (SELECT max(n.version) FROM round n WHERE n.council = :council AND n.service_date = :service_date)
ORDER BY (o.why_detail ? 'must') DESC, b.name, o.bin_id;

-- name: add_round(round_id, council, service_date, vehicle_id, version, planned_at, planned_by, starts_at, ends_at, drive_s, distance_m, settings)!
-- Keep a planned round.
INSERT INTO round (round_id, council, service_date, vehicle_id, version, planned_at, planned_by, starts_at, ends_at, drive_s, distance_m, settings)
VALUES (:round_id, :council, :service_date, :vehicle_id, :version, :planned_at, :planned_by, :starts_at, :ends_at, :drive_s, :distance_m, :settings);

-- name: add_round_stop(stop_id, round_id, position, kind, bin_id, base_id, name, lat, lon, eta, leg_s, leg_m, leg_line, leg_streets, service_s, window_from, window_until, expected_load_l, why, why_detail)!
-- Keep one stop of a round.
INSERT INTO round_stop (stop_id, round_id, position, kind, bin_id, base_id, name, lat, lon, eta, leg_s, leg_m, leg_line, leg_streets,
    service_s, window_from, window_until, expected_load_l, why, why_detail)
VALUES (:stop_id, :round_id, :position, :kind, :bin_id, :base_id, :name, :lat, :lon, :eta, :leg_s, :leg_m, :leg_line, :leg_streets,
    :service_s, :window_from, :window_until, :expected_load_l, :why, :why_detail);

-- name: add_round_left_out(round_id, bin_id, why, why_detail)!
-- Keep why a bin is on none of the day's rounds.
INSERT INTO round_left_out (round_id, bin_id, why, why_detail) VALUES (:round_id, :bin_id, :why, :why_detail);

-- name: supersede_rounds(council, service_date, vehicle_ids, at)!
-- Take the rounds of these vehicles on a day out of force.
UPDATE round SET superseded_at = :at
WHERE council = :council AND service_date = :service_date AND vehicle_id = ANY(:vehicle_ids) AND superseded_at IS NULL;

-- name: move_round_stop(stop_id, round_id, position)!
-- Hand a stop that is already done on to the round that supersedes its own.
UPDATE round_stop SET round_id = :round_id, position = :position WHERE stop_id = :stop_id;

-- name: round_versions(council, from_date, until_date)
-- Every version of the plans for the days from one to another, both included, the newest first: who made it, and its figures.
SELECT r.service_date, r.version, max(r.planned_at) AS planned_at, max(r.planned_by) AS planned_by, bool_or(r.superseded_at IS NULL) AS in_force,
    count(*)::integer AS rounds, sum(r.distance_m)::integer AS distance_m,
    coalesce(sum(stopped.bins), 0)::integer AS bins, coalesce(sum(left_out.bins), 0)::integer AS left_out,
    coalesce(sum(left_out.musts), 0)::integer AS musts_left, (max(r.settings -> 'prices' ->> 'pence_per_overflow'))::double precision AS pence_per_overflow
FROM round r
LEFT JOIN LATERAL (SELECT count(*) AS bins FROM round_stop s WHERE s.round_id = r.round_id AND s.kind = 'bin') AS stopped ON true
LEFT JOIN LATERAL (
    SELECT count(*) AS bins, count(*) FILTER (WHERE o.why_detail ? 'must') AS musts FROM round_left_out o WHERE o.round_id = r.round_id
) AS left_out ON true
WHERE r.council = :council AND r.service_date BETWEEN :from_date AND :until_date
GROUP BY r.service_date, r.version
ORDER BY r.service_date DESC, r.version DESC;
