-- Schema board: what Grafana may read. Tables may change; these views keep their promise.
-- Nothing personal, nothing of one council that another may not see. Hourly counts below ten, which open data mask, are told here
-- in full, or sums would be too low: boards are for officers and members who have signed in.
-- depends: 0004_roles 0100_hours

CREATE VIEW board.ward AS
SELECT ward_code, council, name AS ward
FROM ward
UNION ALL
SELECT 'none', council, 'Outside every ward'
FROM council;
COMMENT ON VIEW board.ward IS 'Wards, for choosing; ward_code none stands for assets that lie in no known ward';

CREATE VIEW board.bin AS
SELECT
    bin.bin_id,
    bin.council,
    coalesce(bin.ward_code, 'none') AS ward_code,
    ward.name AS ward,
    bin.name AS stands_at,
    bin.lat,
    bin.lon,
    bin.capacity_l,
    coalesce(bin_status.state, 'no_sensor') AS state,
    bin_status.reason,
    bin_status.fill_pct,
    bin_status.observed_at,
    bin_status.last_emptied_at,
    bin_status.full_at,
    bin_status.overflow_24h,
    bin_status.battery_pct,
    bin_status.computed_at
FROM bin
LEFT JOIN ward USING (ward_code)
LEFT JOIN bin_status USING (bin_id)
WHERE bin.active;
COMMENT ON VIEW board.bin IS 'Each bin as last understood; fill_pct is null unless state is measured';

CREATE VIEW board.bin_fill AS
SELECT
    bin.council,
    coalesce(bin.ward_code, 'none') AS ward_code,
    bin.bin_id,
    bin_fill.observed_at,
    bin_fill.fill_pct,
    bin_fill.not_measurable
FROM bin_fill
JOIN bin USING (bin_id);
COMMENT ON VIEW board.bin_fill IS 'Fill over time, per cent, not clamped; or why it was not measurable';

CREATE VIEW board.emptying AS
SELECT
    bin.council,
    coalesce(bin.ward_code, 'none') AS ward_code,
    bin.bin_id,
    emptying.emptied_at,
    emptying.seen_by,
    emptying.fill_before_pct,
    emptying.fill_after_pct
FROM emptying
JOIN bin USING (bin_id);
COMMENT ON VIEW board.emptying IS 'Emptyings as sensors saw them and crews told them';

CREATE VIEW board.footfall_hour AS
SELECT
    counter.council,
    coalesce(counter.ward_code, 'none') AS ward_code,
    counter.place_id,
    place.name AS place,
    counter.counter_id,
    counter.name AS counter,
    count_hour.hour_start,
    sum(count_hour.people_in + count_hour.people_out)::bigint AS people,
    least(1, max(count_hour.covered_s) / 3600.0) AS coverage
FROM count_hour
JOIN installation
    ON installation.device_id = count_hour.device_id
    AND (installation.line IS NULL OR installation.line = count_hour.line)
    AND count_hour.hour_start >= installation.valid_from
    AND (installation.valid_to IS NULL OR count_hour.hour_start < installation.valid_to)
JOIN counter USING (counter_id)
JOIN place USING (place_id)
WHERE count_hour.people_in IS NOT NULL
GROUP BY
    counter.council, counter.ward_code, counter.place_id, place.name, counter.counter_id, counter.name, count_hour.hour_start;
COMMENT ON VIEW board.footfall_hour IS 'People per counter and hour, both directions; coverage 0 to 1 says how much of the hour was counted. No row: not known';

CREATE VIEW board.pothole_site AS
SELECT
    site_id,
    pothole_site.council,
    coalesce(pothole_site.ward_code, 'none') AS ward_code,
    ward.name AS ward,
    street,
    lat,
    lon,
    reporters,
    bumps,
    days,
    severity_g,
    first_hour,
    last_hour
FROM pothole_site
LEFT JOIN ward USING (ward_code)
WHERE published;
COMMENT ON VIEW board.pothole_site IS 'Published pothole sites';

CREATE VIEW board.pothole_withheld AS
SELECT council, coalesce(ward_code, 'none') AS ward_code, withheld_because, count(*) AS sites
FROM pothole_site
WHERE NOT published
GROUP BY council, ward_code, withheld_because;
COMMENT ON VIEW board.pothole_withheld IS 'How many sites are not published, and why';

CREATE VIEW board.round AS
SELECT
    round.council,
    round.service_date,
    round.vehicle_id,
    round.drive_s,
    round.distance_m,
    count(*) FILTER (WHERE round_stop.kind = 'bin') AS bins,
    count(*) FILTER (WHERE round_stop.kind = 'tip') AS tips
FROM round
JOIN round_stop USING (round_id)
WHERE round.superseded_at IS NULL
GROUP BY round.round_id;
COMMENT ON VIEW board.round IS 'Rounds in force: bins, tips, metres and seconds of driving per day and vehicle';

CREATE VIEW board.ledger AS
SELECT day, source, sum(received) AS received, sum(stored) AS stored, sum(duplicate) AS duplicate, sum(rejected) AS rejected
FROM ledger
GROUP BY day, source;
COMMENT ON VIEW board.ledger IS 'Messages per UTC day of receipt and network: received = stored + duplicate + rejected';

CREATE VIEW board.reject AS
SELECT reason, source, sum(times) AS times, max(last_seen) AS last_seen
FROM reject
WHERE replay_outcome IS DISTINCT FROM 'stored'
GROUP BY reason, source;
COMMENT ON VIEW board.reject IS 'Why messages were not understood';

CREATE VIEW board.job AS
SELECT job, started_at, finished_at, ok, detail
FROM job_run;
COMMENT ON VIEW board.job IS 'The last run of each job';
