-- name: open_data_updated()^
-- When each kind of open data last changed: bins when understood, footfall when counted, potholes when clustered, coverage when told, revisions when made, savings when a day was closed.
SELECT
    (SELECT max(computed_at) FROM bin_status) AS bins_at,
    (
        SELECT max(newest.observed_at)
        FROM (SELECT DISTINCT device_id FROM installation WHERE counter_id IS NOT NULL) AS counting
        CROSS JOIN LATERAL (
            SELECT observed_at FROM count_reading WHERE count_reading.device_id = counting.device_id
            ORDER BY period_start DESC LIMIT 1
        ) AS newest
    ) AS footfall_at,
    (SELECT max(computed_at) FROM pothole_site) AS potholes_at,
    (SELECT max(received_at) FROM coverage) AS coverage_at,
    greatest((SELECT max(revised_at) FROM revised_hour), (SELECT max(revised_at) FROM revised_emptying)) AS revisions_at,
    (SELECT max(received_at) FROM uplink) AS ledger_at,
    (SELECT max(closed_at) FROM savings_day) AS savings_at;
