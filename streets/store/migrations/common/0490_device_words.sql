-- What devices say beside what they measure: their own fill, and words of themselves.
-- depends: 0352_why

ALTER TABLE level_reading ADD COLUMN device_fill_pct real;
COMMENT ON COLUMN level_reading.device_fill_pct IS 'Per cent by the device''s own calibration, for comparison: ours comes from the distance';

CREATE TABLE device_word (
    device_id integer NOT NULL REFERENCES device,
    name text NOT NULL,
    told_at timestamptz NOT NULL,
    value jsonb NOT NULL,
    PRIMARY KEY (device_id, name, told_at)
);
COMMENT ON TABLE device_word IS 'What devices said of themselves: versions, serial numbers, calibration, settings; one row a change';
COMMENT ON COLUMN device_word.name IS 'As in the device file, with the unit of the value';
COMMENT ON COLUMN device_word.told_at IS 'When the frame that said so was observed';
COMMENT ON COLUMN device_word.value IS 'A number, a text, true or false';

GRANT SELECT, INSERT ON device_word TO streets_ingest, streets_mender;
GRANT SELECT ON device_word TO streets_api, streets_officer, streets_jobs;
