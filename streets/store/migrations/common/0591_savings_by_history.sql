-- A bin that its history lets wait is no saving: nobody measured whether it could.
-- depends: 0510_savings

COMMENT ON COLUMN savings_bin_day.why IS 'As round_stop.why or round_left_out.why; of a left out bin with scheduled_ before it where it went by its schedule, with history_ where it was not measured and went by its history; null: planning did not look at it';
