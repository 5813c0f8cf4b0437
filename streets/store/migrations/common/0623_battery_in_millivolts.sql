-- A battery that is told in millivolts alone is shown in a sensor's report, where no points can be.
-- depends: 0622_power_on

ALTER TABLE suitability_report ADD COLUMN battery_mv real;
COMMENT ON COLUMN suitability_report.battery_mv IS 'Battery at the end, in millivolts, of a device that tells no per cent; null: it does not tell, or the report is older than this column';
