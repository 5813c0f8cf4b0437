-- Alarms that go on, whether or not an officer has seen to them.
SELECT count(*) AS alarms
FROM board.device_alarm
WHERE ended_at IS NULL AND NOT late
