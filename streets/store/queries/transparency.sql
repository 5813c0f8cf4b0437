-- name: transparency_councils()
-- Councils by name.
SELECT council, name, name_cy FROM council ORDER BY name;

-- name: transparency_figures(council, on_day, since)
-- What is live of a council: its bins and what is known of them, orders in force, and plans, stops and taps since a moment.
SELECT
    count(*)::integer AS bins,
    (count(*) FILTER (WHERE status.state = 'measured'))::integer AS bins_measured,
    (count(*) FILTER (WHERE status.state = 'silent'))::integer AS bins_silent,
    (count(*) FILTER (WHERE status.reason = 'unsuitable'))::integer AS bins_unsuitable,
    (count(*) FILTER (WHERE status.state = 'not_measurable' AND status.reason IS DISTINCT FROM 'unsuitable'))::integer
        AS bins_not_measurable,
    (count(*) FILTER (WHERE status.state IS NULL OR status.state = 'no_sensor'))::integer AS bins_without_sensor,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY bin.visit_every_days) AS visit_every_days,
    (SELECT count(*) FROM vehicle WHERE vehicle.council = :council)::integer AS vehicles,
    (
        SELECT count(DISTINCT bin_order.bin_id) FROM bin_order
        WHERE bin_order.council = :council AND bin_order.must AND bin_order.ended_at IS NULL
            AND bin_order.from_date <= :on_day AND coalesce(bin_order.until_date, :on_day) >= :on_day
    )::integer AS bins_must,
    (
        SELECT count(DISTINCT bin_order.bin_id) FROM bin_order
        WHERE bin_order.council = :council AND NOT bin_order.must AND bin_order.ended_at IS NULL
            AND bin_order.from_date <= :on_day AND coalesce(bin_order.until_date, :on_day) >= :on_day
    )::integer AS bins_cannot,
    (SELECT count(DISTINCT (service_date, version)) FROM round WHERE round.council = :council AND planned_at >= :since)::integer
        AS plans,
    (
        SELECT count(DISTINCT (service_date, version)) FROM round
        WHERE round.council = :council AND planned_at >= :since AND settings ->> 'asked_because' IS NOT NULL
    )::integer AS plans_of_crews,
    (
        SELECT count(*) FROM round_stop JOIN round USING (round_id)
        WHERE round.council = :council AND planned_at >= :since AND superseded_at IS NULL AND kind = 'bin'
    )::integer AS visits,
    (SELECT count(*) FROM crew_event WHERE crew_event.council = :council AND received_at >= :since)::integer AS taps,
    (SELECT count(*) FROM pothole_site WHERE pothole_site.council = :council AND published)::integer AS sites_published,
    (SELECT count(*) FROM pothole_site WHERE pothole_site.council = :council AND NOT published)::integer AS sites_withheld
FROM bin LEFT JOIN bin_status AS status USING (bin_id)
WHERE bin.council = :council AND bin.active;

-- name: transparency_trees(council)
-- The trees of a council: when they were grown, and how close they came on days that they had not learned from.
SELECT ahead_h, grown_at, trees IS NOT NULL AS used, error_pct, slope_error_pct AS simple_error_pct
FROM bin_trees WHERE council = :council ORDER BY ahead_h;

-- name: transparency_collection_trees(council)^
-- The trees that tell what a collection will find: when they were grown, and how close they came on collections not learned from.
SELECT grown_at, trees IS NOT NULL AS used, error_pct, usual_error_pct AS simple_error_pct
FROM collection_trees WHERE council = :council;

-- name: transparency_statements(council, tool)
-- What a council says of a tool: the last word of each field.
SELECT DISTINCT ON (field) field, said, told_at
FROM council_statement
WHERE council = :council AND tool = :tool
ORDER BY field, statement_id DESC;

-- name: transparency_statement_add(council, tool, field, said, told_by, told_at)!
-- Keep what a council says.
INSERT INTO council_statement (council, tool, field, said, told_by, told_at)
VALUES (:council, :tool, :field, :said, :told_by, :told_at);
