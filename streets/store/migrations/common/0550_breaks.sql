-- A round tells when and where its crew rests.
-- depends: 0510_savings

ALTER TABLE round_stop DROP CONSTRAINT round_stop_kind_check;
ALTER TABLE round_stop ADD CONSTRAINT round_stop_kind_check CHECK (kind IN ('start', 'bin', 'tip', 'break', 'end'));
COMMENT ON COLUMN round_stop.why IS 'Why it is on the round: likely_full, on_the_way, scheduled_silent, scheduled_not_measurable, scheduled_unsuitable, scheduled_no_sensor, scheduled_no_forecast; others: start, tip, break, end';
COMMENT ON COLUMN round_stop.service_s IS 'Seconds of work planned at the stop, from eta or the begin of the window on; of a break, seconds of rest';
