-- How many devices have each trouble now; one with several counts for each.
SELECT council, trouble, devices
FROM board.device_trouble
ORDER BY council, trouble
