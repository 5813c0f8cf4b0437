-- A bin that a crew saw overflowing comes onto the next plan.
-- depends: 0581_transparency 0562_planning_runs

COMMENT ON COLUMN round_stop.why IS 'Why it is on the round: likely_full, on_the_way, seen_overflowing (a crew said so), history_<why its sensor gives no figure>, scheduled_<why there is no figure>, must_<why as in bin_order>; bases: start, tip, break, end';
