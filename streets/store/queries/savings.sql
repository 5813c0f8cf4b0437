-- name: savings_open_day(council)^
-- The council's first day that is not closed: after the last closed one, or else the day of its first round; none before that.
SELECT coalesce(
    (SELECT max(service_date) + 1 FROM savings_day WHERE council = :council),
    (SELECT min(service_date) FROM round WHERE council = :council)
);

-- name: savings_bins(council, service_date, starts_at, ends_at)
-- Every bin in use or on a list of the day's plan: its schedule as last counted, the day's overflow, and the last emptying off the rounds within an interval.
SELECT
    bin.bin_id,
    bin.ward_code,
    bin.visit_every_days,
    counted.visit_every_days AS counted_every_days,
    counted.counted_from,
    CASE WHEN bin_votes(bin.bin_id, :ends_at) THEN (
        SELECT bool_or(bin_fill.fill_pct >= 100)
        FROM bin_fill
        WHERE bin_fill.bin_id = bin.bin_id AND bin_fill.fill_pct IS NOT NULL
            AND bin_fill.observed_at >= :starts_at AND bin_fill.observed_at < :ends_at
    ) END AS overflowed,
    (
        SELECT max((emptying.emptied_at AT TIME ZONE 'Europe/London')::date)
        FROM emptying
        WHERE emptying.bin_id = bin.bin_id
            AND emptying.emptied_at < :ends_at
            AND emptying.emptied_at >= :starts_at - make_interval(
                days => ceil(greatest(bin.visit_every_days, counted.visit_every_days))::integer
            )
            AND NOT EXISTS (
                SELECT FROM round_stop JOIN round USING (round_id)
                WHERE round_stop.bin_id = bin.bin_id AND round.superseded_at IS NULL
                    AND round.service_date = (emptying.emptied_at AT TIME ZONE 'Europe/London')::date
            )
    ) AS emptied_off_round_on
FROM bin
LEFT JOIN LATERAL (
    SELECT savings_bin_day.visit_every_days, savings_bin_day.counted_from
    FROM savings_bin_day
    WHERE savings_bin_day.bin_id = bin.bin_id AND savings_bin_day.service_date < :service_date
    ORDER BY savings_bin_day.service_date DESC
    LIMIT 1
) AS counted ON true
WHERE bin.council = :council AND (
    bin.active
    OR bin.bin_id IN (
        SELECT round_stop.bin_id FROM round_stop JOIN round USING (round_id)
        WHERE round.council = :council AND round.service_date = :service_date AND round.superseded_at IS NULL
    )
)
ORDER BY bin.bin_id;

-- name: savings_sensors(council, starts_at, ends_at)$
-- How many sensors hung in the council's bins on a day.
SELECT count(DISTINCT installation.device_id)
FROM installation JOIN bin USING (bin_id)
WHERE bin.council = :council AND installation.valid_from < :ends_at
    AND (installation.valid_to IS NULL OR installation.valid_to > :starts_at);

-- name: savings_day_add(council, service_date, state, why, closed_at, sensors, planned_home_m, planned_home_s, schedule_home_m, schedule_home_s)!
-- Close a day.
INSERT INTO savings_day (council, service_date, state, why, closed_at, sensors, planned_home_m, planned_home_s, schedule_home_m, schedule_home_s)
VALUES (:council, :service_date, :state, :why, :closed_at, :sensors, :planned_home_m, :planned_home_s, :schedule_home_m, :schedule_home_s);

-- name: savings_bin_day_add(bin_id, service_date, council, ward_code, visit_every_days, counted_from, due, planned, why, told, told_overflowing, emptied_off_round_on, overflowed, planned_visits, planned_m, planned_s, schedule_visits, schedule_m, schedule_s)!
-- Keep a bin's line of a day.
INSERT INTO savings_bin_day (
    bin_id, service_date, council, ward_code, visit_every_days, counted_from, due, planned, why, told, told_overflowing,
    emptied_off_round_on, overflowed, planned_visits, planned_m, planned_s, schedule_visits, schedule_m, schedule_s
)
VALUES (
    :bin_id, :service_date, :council, :ward_code, :visit_every_days, :counted_from, :due, :planned, :why, :told, :told_overflowing,
    :emptied_off_round_on, :overflowed, :planned_visits, :planned_m, :planned_s, :schedule_visits, :schedule_m, :schedule_s
);

-- name: savings_months(council, month)
-- Closed days summed by month, the newest first; of one council and month, or where they are null of all.
SELECT
    day.council,
    council.name AS council_name,
    day.month,
    sum(day.days)::integer AS days,
    sum(day.counted)::integer AS days_counted,
    sum(day.not_driven)::integer AS days_not_driven,
    sum(day.nothing_planned)::integer AS days_nothing_planned,
    sum(day.no_plan)::integer AS days_no_plan,
    sum(day.not_routed)::integer AS days_not_routed,
    sum(day.sensors)::integer AS sensor_days,
    coalesce(sum(bins.planned_visits), 0)::integer AS planned_visits,
    (coalesce(sum(bins.planned_m), 0) + coalesce(sum(day.planned_home_m), 0))::bigint AS planned_m,
    (coalesce(sum(bins.planned_s), 0) + coalesce(sum(day.planned_home_s), 0))::bigint AS planned_s,
    coalesce(sum(bins.schedule_visits), 0)::integer AS schedule_visits,
    (coalesce(sum(bins.schedule_m), 0) + coalesce(sum(day.schedule_home_m), 0))::bigint AS schedule_m,
    (coalesce(sum(bins.schedule_s), 0) + coalesce(sum(day.schedule_home_s), 0))::bigint AS schedule_s,
    coalesce(sum(bins.told), 0)::integer AS visits_told,
    coalesce(sum(bins.emptied), 0)::integer AS visits_emptied,
    coalesce(sum(bins.emptied_off_round), 0)::integer AS emptied_off_round,
    coalesce(sum(bins.due), 0)::integer AS schedule_due,
    coalesce(sum(bins.bin_days), 0)::integer AS bin_days,
    coalesce(sum(bins.measured), 0)::integer AS bin_days_measured,
    coalesce(sum(bins.overflowed), 0)::integer AS bin_days_overflowed,
    coalesce(sum(bins.told_overflowing), 0)::integer AS told_overflowing,
    (
        SELECT complaints FROM savings_complaints
        WHERE savings_complaints.council = day.council AND savings_complaints.month = day.month
        ORDER BY complaints_id DESC LIMIT 1
    ) AS complaints
FROM (
    SELECT
        savings_day.council,
        service_date,
        date_trunc('month', service_date::timestamp)::date AS month,
        1 AS days,
        (state = 'counted')::integer AS counted,
        (state = 'not_driven')::integer AS not_driven,
        (state = 'nothing_planned')::integer AS nothing_planned,
        (state = 'no_plan')::integer AS no_plan,
        (state = 'not_routed')::integer AS not_routed,
        sensors,
        planned_home_m,
        planned_home_s,
        schedule_home_m,
        schedule_home_s
    FROM savings_day
    WHERE (:council::text IS NULL OR savings_day.council = :council)
        AND (:month::date IS NULL OR (service_date >= :month AND service_date < :month::date + INTERVAL '1 month'))
) AS day
JOIN council USING (council)
LEFT JOIN LATERAL (
    SELECT
        sum(planned_visits) AS planned_visits,
        sum(planned_m) AS planned_m,
        sum(planned_s) AS planned_s,
        sum(schedule_visits) AS schedule_visits,
        sum(schedule_m) AS schedule_m,
        sum(schedule_s) AS schedule_s,
        count(told) FILTER (WHERE planned_visits = 1) AS told,
        count(*) FILTER (WHERE planned_visits = 1 AND told = 'emptied') AS emptied,
        count(*) FILTER (WHERE emptied_off_round_on = one.service_date) AS emptied_off_round,
        count(*) FILTER (WHERE due) AS due,
        count(*) AS bin_days,
        count(overflowed) AS measured,
        count(*) FILTER (WHERE overflowed) AS overflowed,
        count(*) FILTER (WHERE told_overflowing) AS told_overflowing
    FROM savings_bin_day AS one
    WHERE one.council = day.council AND one.service_date = day.service_date
) AS bins ON true
GROUP BY day.council, council.name, day.month
ORDER BY day.month DESC, day.council;

-- name: savings_wards(council, month)
-- A month's visits and overflows by the ward in which the bins stood.
SELECT
    one.ward_code,
    ward.name,
    ward.name_cy,
    coalesce(sum(one.planned_visits), 0)::integer AS planned_visits,
    coalesce(sum(one.schedule_visits), 0)::integer AS schedule_visits,
    count(one.overflowed)::integer AS bin_days_measured,
    (count(*) FILTER (WHERE one.overflowed))::integer AS bin_days_overflowed,
    (count(*) FILTER (WHERE one.told_overflowing))::integer AS told_overflowing
FROM savings_bin_day AS one
LEFT JOIN ward USING (ward_code)
WHERE one.council = :council AND one.service_date >= :month AND one.service_date < :month::date + INTERVAL '1 month'
GROUP BY one.ward_code, ward.name, ward.name_cy
ORDER BY ward.name NULLS LAST, one.ward_code;

-- name: savings_lines(council, month)
-- Every line of a month's ledger: one a bin and day, and one a day for the way to tips and home.
SELECT
    day.service_date, day.state, 'home' AS line, NULL::text AS bin_id, NULL::text AS ward_code, NULL::real AS visit_every_days,
    NULL::date AS counted_from, NULL::boolean AS due, NULL::boolean AS planned, day.why, NULL::text AS told,
    NULL::boolean AS told_overflowing, NULL::date AS emptied_off_round_on, NULL::boolean AS overflowed,
    NULL::smallint AS planned_visits, day.planned_home_m AS planned_m, day.planned_home_s AS planned_s,
    NULL::smallint AS schedule_visits, day.schedule_home_m AS schedule_m, day.schedule_home_s AS schedule_s, day.sensors
FROM savings_day AS day
WHERE day.council = :council AND day.service_date >= :month AND day.service_date < :month::date + INTERVAL '1 month'
UNION ALL
SELECT
    one.service_date, day.state, 'bin', one.bin_id, one.ward_code, one.visit_every_days, one.counted_from, one.due, one.planned,
    one.why, one.told, one.told_overflowing, one.emptied_off_round_on, one.overflowed, one.planned_visits, one.planned_m,
    one.planned_s, one.schedule_visits, one.schedule_m, one.schedule_s, NULL
FROM savings_bin_day AS one
JOIN savings_day AS day USING (council, service_date)
WHERE one.council = :council AND one.service_date >= :month AND one.service_date < :month::date + INTERVAL '1 month'
ORDER BY service_date, bin_id NULLS LAST;

-- name: savings_assumptions(council)
-- Every version of the council's assumptions, in the order in which they were told.
SELECT
    assumption_id, council, applies_from, told_by, told_at, note, pence_per_crew_hour, pence_per_km, litres_per_100_km,
    kg_co2e_per_litre, pence_per_sensor_month, connectivity_pence_per_sensor_month, hardware_pence_per_sensor, hardware_lasts_months
FROM savings_assumption
WHERE :council::text IS NULL OR council = :council
ORDER BY assumption_id;

-- name: savings_assumption_add(council, applies_from, told_by, told_at, note, pence_per_crew_hour, pence_per_km, litres_per_100_km, kg_co2e_per_litre, pence_per_sensor_month, connectivity_pence_per_sensor_month, hardware_pence_per_sensor, hardware_lasts_months)!
-- Keep a new version of the assumptions.
INSERT INTO savings_assumption (
    council, applies_from, told_by, told_at, note, pence_per_crew_hour, pence_per_km, litres_per_100_km, kg_co2e_per_litre,
    pence_per_sensor_month, connectivity_pence_per_sensor_month, hardware_pence_per_sensor, hardware_lasts_months
)
VALUES (
    :council, :applies_from, :told_by, :told_at, :note, :pence_per_crew_hour, :pence_per_km, :litres_per_100_km, :kg_co2e_per_litre,
    :pence_per_sensor_month, :connectivity_pence_per_sensor_month, :hardware_pence_per_sensor, :hardware_lasts_months
);

-- name: savings_complaints(council)
-- What officers told of complaints, the newest first.
SELECT month, complaints, source, told_by, told_at FROM savings_complaints WHERE council = :council ORDER BY complaints_id DESC;

-- name: savings_complaints_add(council, month, complaints, source, told_by, told_at)!
-- Keep how many complaints about overflowing bins a month had.
INSERT INTO savings_complaints (council, month, complaints, source, told_by, told_at)
VALUES (:council, :month, :complaints, :source, :told_by, :told_at);
