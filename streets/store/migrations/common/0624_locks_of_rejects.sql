-- Retention passes by the rejects that are being tried again, and replays forget refused frames in one order: both lock rows first.
-- depends: 0623_battery_in_millivolts

-- A lock on a row asks for the right to update one column of it; nobody updates these.
GRANT UPDATE (raw_bytes) ON reject TO streets_jobs;
GRANT UPDATE (received_at) ON refused_frame TO streets_ingest;
