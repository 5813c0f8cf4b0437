-- Alarms of the chosen time, the newest first.
SELECT council, kind, stands_at, device, raised_at, ended_at, late, acknowledged_at
FROM board.device_alarm
WHERE $__timeFilter(raised_at)
ORDER BY raised_at DESC
