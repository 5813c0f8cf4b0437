-- Which looks into a bin count as invalid is said in one place, beside the reasons for them.
-- depends: 0431_heat

COMMENT ON COLUMN device_health.invalid_echoes IS 'Those of them that were no use because of the sensor or what hangs before it: no_echo, out_of_range, sensor_fault';
