-- When a refused frame was observed: one that is filled in late belongs to the day on which it was sent.
-- depends: 0310_ledger

ALTER TABLE reject ADD COLUMN observed_at timestamptz;
COMMENT ON COLUMN reject.observed_at IS 'Time of the frame, as in uplink; null where there is no counter, or no time that can be true';
