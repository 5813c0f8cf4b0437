-- Why messages were not understood.
SELECT reason, source, times, last_seen
FROM board.reject
ORDER BY times DESC
LIMIT 100
