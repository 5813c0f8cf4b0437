-- What each bin is expected to hold in the days to come, so that the round of a later day ranks bins by that day.
-- depends: 0591_savings_by_history

ALTER TABLE bin_status
    ADD COLUMN low_by_pct real[],
    ADD COLUMN middle_by_pct real[],
    ADD COLUMN high_by_pct real[],
    ADD CHECK (cardinality(low_by_pct) = cardinality(middle_by_pct) AND cardinality(high_by_pct) = cardinality(middle_by_pct));
COMMENT ON COLUMN bin_status.full_by IS 'Probabilities that it is full by 0, 12, 24 … 192 hours after computed_at if nobody empties it';
COMMENT ON COLUMN bin_status.low_by_pct IS 'Per cent of fill, 0 to 100, at 0, 12, 24 … 192 hours after computed_at if nobody empties it: low to high holds it four times in five. Null: it is only told of now';
COMMENT ON COLUMN bin_status.middle_by_pct IS 'Per cent of fill expected then';
COMMENT ON COLUMN bin_status.high_by_pct IS 'Per cent of fill';
COMMENT ON TABLE round_left_out IS 'Bins looked at and on none of the day''s rounds, with the reason: not_worth_it, recently_emptied, visited_before (a round of a day before empties it), not_due, no_time, outside_hours, unreachable, cannot (an order or an alarm forbids it); kept with the first round of the plan';
COMMENT ON COLUMN round_left_out.why_detail IS 'The figures behind why, as in round_stop; visit_before is when a round of a day before visits it';
