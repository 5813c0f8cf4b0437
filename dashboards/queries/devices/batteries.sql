-- Expected ends of batteries, the first ones first; those without a known end are left out.
SELECT council, stands_at, device, battery_pct, battery_mv, battery_flat_at
FROM board.device_health
WHERE battery_flat_at IS NOT NULL
ORDER BY battery_flat_at
LIMIT 50
