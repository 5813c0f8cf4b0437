-- Heat is an alarm too: it is how sensors without a fire alarm of their own tell of a fire in a bin.
-- depends: 0430_health

ALTER TABLE device_alarm DROP CONSTRAINT device_alarm_kind_check;
ALTER TABLE device_alarm ADD CONSTRAINT device_alarm_kind_check CHECK (kind IN ('fire', 'heat', 'tilt', 'vandal'));
COMMENT ON COLUMN device_alarm.kind IS 'fire, tilt, vandal: the device''s own words; heat: a bin sensor''s alarm of temperature';
COMMENT ON VIEW board.device_alarm IS 'Fire, heat, tilt and vandal alarms, where, from when to when, and whether an officer has seen them; late: told when it was over';
