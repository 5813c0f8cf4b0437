-- Devices that are silent, never heard, stuck, losing messages, without usable echoes or with a battery that ends.
SELECT council, stands_at, device, model, array_to_string(troubles, ', ') AS wrong, since, heard_at
FROM board.device_health
WHERE troubles <> '{}'
ORDER BY since
