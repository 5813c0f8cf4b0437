-- Shares of messages that never came and of looks of no use, of the last seven days, the worst first.
SELECT council, stands_at, device,
    frames_missing::real / nullif(frames_heard + frames_missing, 0) AS messages_lost,
    invalid_echoes::real / nullif(echoes, 0) AS looks_of_no_use
FROM board.device_health
ORDER BY greatest(frames_missing::real / nullif(frames_heard + frames_missing, 0), invalid_echoes::real / nullif(echoes, 0)) DESC NULLS LAST
LIMIT 50
