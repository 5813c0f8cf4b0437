-- name: planning_setting_of(council, service_date)^
-- What a council's rounds of a day are planned with; no row: nobody has set anything for it.
SELECT setting_id, applies_from, set_by, set_at, why, pence_per_overflow, pence_per_km, pence_per_hour, service_s
FROM planning_setting
WHERE council = :council AND applies_from <= :service_date
ORDER BY setting_id DESC
LIMIT 1;

-- name: planning_settings(council)
-- Every version of what a council plans with, the newest first.
SELECT setting_id, applies_from, set_by, set_at, why, pence_per_overflow, pence_per_km, pence_per_hour, service_s
FROM planning_setting
WHERE council = :council
ORDER BY setting_id DESC;

-- name: add_planning_setting(council, applies_from, set_by, set_at, why, pence_per_overflow, pence_per_km, pence_per_hour, service_s)!
-- Keep a new version.
INSERT INTO planning_setting (council, applies_from, set_by, set_at, why, pence_per_overflow, pence_per_km, pence_per_hour, service_s)
VALUES (:council, :applies_from, :set_by, :set_at, :why, :pence_per_overflow, :pence_per_km, :pence_per_hour, :service_s);
