-- How the devices are: their rhythm, batteries, losses and echoes; what is wrong with them; and alarms, written as they arrive.
-- depends: 0352_why

CREATE TABLE device_health (
    device_id integer PRIMARY KEY REFERENCES device,
    learned_at timestamptz NOT NULL,
    heard_at timestamptz,
    rhythm_s real NOT NULL,
    silent_after_s real NOT NULL,
    battery_pct real,
    battery_mv real,
    battery_low boolean NOT NULL,
    battery_fall_per_week real,
    battery_flat_at timestamptz,
    battery_flat_early timestamptz,
    battery_flat_late timestamptz,
    battery_changed_at timestamptz,
    frames_heard integer NOT NULL,
    frames_missing integer NOT NULL,
    echoes integer NOT NULL,
    invalid_echoes integer NOT NULL
);
COMMENT ON TABLE device_health IS 'What was learned of each device that stands somewhere';
COMMENT ON COLUMN device_health.learned_at IS 'When the figures were last worked out; heard_at is kept up every minute';
COMMENT ON COLUMN device_health.heard_at IS 'Time of its last word about what it measures at its present post; null: none was heard';
COMMENT ON COLUMN device_health.rhythm_s IS 'Seconds from a report to the next, usually';
COMMENT ON COLUMN device_health.silent_after_s IS 'Seconds without a word after which it is silent';
COMMENT ON COLUMN device_health.battery_pct IS 'Per cent, the middle of the last days; null: it tells none';
COMMENT ON COLUMN device_health.battery_mv IS 'Millivolts, likewise';
COMMENT ON COLUMN device_health.battery_low IS 'It called its battery low itself in the last seven days';
COMMENT ON COLUMN device_health.battery_fall_per_week IS 'Points of per cent a week where battery_pct is known, else millivolts; null: no fall can be told';
COMMENT ON COLUMN device_health.battery_flat_at IS 'Expected end of the battery; null: not known';
COMMENT ON COLUMN device_health.battery_flat_early IS 'Its end if it falls as steeply as may be (90 % interval of the slope)';
COMMENT ON COLUMN device_health.battery_flat_late IS 'Its end if it falls as slowly as may be; null: no end can be told';
COMMENT ON COLUMN device_health.battery_changed_at IS 'The day since when it has its present battery; null: no change was seen';
COMMENT ON COLUMN device_health.frames_heard IS 'Frames of the last seven days that came, by the device''s own counter';
COMMENT ON COLUMN device_health.frames_missing IS 'Frames of the last seven days that never came';
COMMENT ON COLUMN device_health.echoes IS 'Looks into the bin in the last seven days';
COMMENT ON COLUMN device_health.invalid_echoes IS 'Those of them whose echo cannot be: no_echo, out_of_range, blind_zone, sensor_fault';

CREATE TABLE device_trouble (
    device_id integer NOT NULL REFERENCES device,
    trouble text NOT NULL CHECK (trouble IN ('never_heard', 'silent', 'battery', 'stuck', 'echoes', 'loss')),
    since timestamptz NOT NULL,
    PRIMARY KEY (device_id, trouble)
);
COMMENT ON TABLE device_trouble IS 'What is wrong with devices now; a device without a row is well';
COMMENT ON COLUMN device_trouble.since IS 'silent: its last word; never_heard: when it was fitted; else when it was first seen';

CREATE TABLE devices_heard (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    until timestamptz NOT NULL
);
COMMENT ON TABLE devices_heard IS 'One row once devices have been listened to';
COMMENT ON COLUMN devices_heard.until IS 'Frames received before this time have been noted in device_health.heard_at';

CREATE TABLE device_alarm (
    alarm_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    device_id integer NOT NULL REFERENCES device,
    kind text NOT NULL CHECK (kind IN ('fire', 'tilt', 'vandal')),
    raised_at timestamptz NOT NULL,
    told_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    late boolean NOT NULL,
    tellings integer NOT NULL,
    ended_at timestamptz,
    acknowledged_at timestamptz,
    acknowledged_by text
);
COMMENT ON TABLE device_alarm IS 'Alarms as ingest takes them; told again and again they are one, until they end';
COMMENT ON COLUMN device_alarm.raised_at IS 'Time of the first reading that told it';
COMMENT ON COLUMN device_alarm.told_at IS 'Time of the last reading that told it';
COMMENT ON COLUMN device_alarm.received_at IS 'When we first heard it';
COMMENT ON COLUMN device_alarm.late IS 'News of the past when it came: it does not ring';
COMMENT ON COLUMN device_alarm.tellings IS 'How many readings told it';
COMMENT ON COLUMN device_alarm.ended_at IS 'Time of the reading that ended it, or of the device''s removal; null: it goes on';
COMMENT ON COLUMN device_alarm.acknowledged_by IS 'The officer''s name in their token';
CREATE UNIQUE INDEX device_alarm_open ON device_alarm (device_id, kind) WHERE ended_at IS NULL;
CREATE INDEX device_alarm_of_device ON device_alarm (device_id, kind, raised_at);

-- Ingest raises alarms in the transaction that keeps their readings; officers acknowledge them by the API; jobs end them.
GRANT SELECT, INSERT, UPDATE ON device_alarm TO streets_ingest;
GRANT UPDATE (acknowledged_at, acknowledged_by) ON device_alarm TO streets_api;

CREATE FUNCTION posts(at timestamptz)
RETURNS TABLE (device_id integer, bin_id text, counter_id text, line smallint, report_every_s integer, posted_at timestamptz)
LANGUAGE sql STABLE
AS $$
SELECT DISTINCT ON (installation.device_id)
    installation.device_id,
    installation.bin_id,
    installation.counter_id,
    installation.line,
    installation.report_every_s,
    (
        SELECT min(version.valid_from)
        FROM installation AS version
        WHERE version.device_id = installation.device_id
            AND (version.bin_id = installation.bin_id OR version.counter_id = installation.counter_id)
    )
FROM installation
WHERE installation.valid_from <= at AND (installation.valid_to IS NULL OR installation.valid_to > at)
ORDER BY installation.device_id, installation.valid_from DESC, installation.line NULLS FIRST
$$;
COMMENT ON FUNCTION posts IS 'Where each device stands at a time: one post a device, its first line where several count; posted_at: since when it stands there, whatever of its record was changed meanwhile';

CREATE FUNCTION last_word(device integer, since timestamptz, until timestamptz)
RETURNS timestamptz
LANGUAGE sql STABLE
AS $$
SELECT greatest(
    (
        SELECT observed_at
        FROM level_reading
        WHERE device_id = device AND observed_at >= since AND observed_at <= until
            AND (distance_mm IS NOT NULL OR cannot_measure IS NOT NULL OR tilted OR alarms IS NOT NULL)
        ORDER BY observed_at DESC
        LIMIT 1
    ),
    (
        SELECT observed_at
        FROM count_reading
        WHERE device_id = device AND period_start >= since AND period_start <= until AND observed_at <= until
            AND (people_in IS NOT NULL OR people_out IS NOT NULL OR total_in IS NOT NULL OR fault IS NOT NULL)
        ORDER BY period_start DESC
        LIMIT 1
    )
)
$$;
COMMENT ON FUNCTION last_word IS 'Time of the last reading of a device in a time that tells of what it measures; null: there is none. A battery alone is no such word';

CREATE VIEW board.device_health AS
SELECT
    device.council,
    device.device,
    device.model,
    coalesce(bin.name, counter.name) AS stands_at,
    device_health.heard_at,
    device_health.silent_after_s,
    device_health.battery_pct,
    device_health.battery_mv,
    device_health.battery_flat_at,
    device_health.frames_heard,
    device_health.frames_missing,
    device_health.echoes,
    device_health.invalid_echoes,
    coalesce(troubles.troubles, '{}') AS troubles,
    troubles.since
FROM device_health
JOIN device USING (device_id)
JOIN LATERAL (
    SELECT installation.bin_id, installation.counter_id
    FROM installation
    WHERE installation.device_id = device_health.device_id
    ORDER BY installation.valid_from DESC, installation.line NULLS FIRST
    LIMIT 1
) AS post ON true
LEFT JOIN bin USING (bin_id)
LEFT JOIN counter ON counter.counter_id = post.counter_id
LEFT JOIN LATERAL (
    SELECT array_agg(device_trouble.trouble ORDER BY device_trouble.trouble) AS troubles, min(device_trouble.since) AS since
    FROM device_trouble
    WHERE device_trouble.device_id = device_health.device_id
) AS troubles ON true;
COMMENT ON VIEW board.device_health IS 'Each device that stands somewhere: when it was last heard, battery, frames and echoes of seven days, and what is wrong with it';

CREATE VIEW board.device_trouble AS
SELECT device.council, device_trouble.trouble, count(*)::integer AS devices
FROM device_trouble
JOIN device USING (device_id)
GROUP BY device.council, device_trouble.trouble;
COMMENT ON VIEW board.device_trouble IS 'How many devices of a council have each trouble now';

CREATE VIEW board.device_alarm AS
SELECT
    device.council,
    device.device,
    coalesce(bin.name, counter.name) AS stands_at,
    device_alarm.kind,
    device_alarm.raised_at,
    device_alarm.ended_at,
    device_alarm.late,
    device_alarm.acknowledged_at
FROM device_alarm
JOIN device USING (device_id)
LEFT JOIN LATERAL (
    SELECT installation.bin_id, installation.counter_id
    FROM installation
    WHERE installation.device_id = device_alarm.device_id AND installation.valid_from <= device_alarm.raised_at
    ORDER BY installation.valid_from DESC, installation.line NULLS FIRST
    LIMIT 1
) AS post ON true
LEFT JOIN bin USING (bin_id)
LEFT JOIN counter ON counter.counter_id = post.counter_id;
COMMENT ON VIEW board.device_alarm IS 'Fire, tilt and vandal alarms, where, from when to when, and whether an officer has seen them; late: told when it was over';
