-- Officers' orders: bins that must be visited, and bins that cannot be, for a time and with a reason.
-- depends: 0560_planning_settings

CREATE TABLE bin_order (
    order_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    council text NOT NULL REFERENCES council,
    bin_id text NOT NULL REFERENCES bin,
    must boolean NOT NULL,
    why text NOT NULL CHECK (why IN ('complaint', 'hazard', 'statutory', 'works', 'other')),
    note text NOT NULL CHECK (length(note) BETWEEN 1 AND 500),
    from_date date NOT NULL,
    until_date date,
    every_days smallint CHECK (every_days BETWEEN 1 AND 366),
    ordered_by text NOT NULL,
    ordered_at timestamptz NOT NULL,
    ended_by text,
    ended_at timestamptz,
    CHECK (until_date >= from_date),
    CHECK (must OR every_days IS NULL),
    CHECK (num_nulls(ended_by, ended_at) IN (0, 2))
);
COMMENT ON TABLE bin_order IS 'What officers order of single bins; it may be ended, and nothing else of it ever changes';
COMMENT ON COLUMN bin_order.must IS 'True: it must be visited; false: it cannot be';
COMMENT ON COLUMN bin_order.note IS 'What it is about, in the officer''s words, which the crew reads';
COMMENT ON COLUMN bin_order.from_date IS 'First local day that it holds on';
COMMENT ON COLUMN bin_order.until_date IS 'Last local day that it holds on; null: until it is ended or, of one visit, made';
COMMENT ON COLUMN bin_order.every_days IS 'Days: it must be visited whenever its last visit is so long ago; null: it must be visited once';
COMMENT ON COLUMN bin_order.ended_by IS 'The officer who ended it; null: nobody has';
CREATE INDEX bin_order_of ON bin_order (council, bin_id);

REVOKE INSERT, UPDATE, DELETE ON bin_order FROM streets_jobs;
GRANT INSERT, UPDATE (ended_by, ended_at) ON bin_order TO streets_api;

COMMENT ON COLUMN round_stop.why IS 'Why it is on the round: likely_full, on_the_way, scheduled_<why there is no figure>, must_<why as in bin_order>; bases: start, tip, end';
COMMENT ON TABLE round_left_out IS 'Bins looked at and on none of the day''s rounds, with the reason: not_worth_it, recently_emptied, not_due, no_time, outside_hours, unreachable, cannot (an order or an alarm forbids it); kept with the first round of the plan';
