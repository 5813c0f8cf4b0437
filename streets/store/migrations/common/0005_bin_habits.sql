-- How bins usually fill, learned from their past by a job of its own.
-- depends: 0004_roles

CREATE TABLE bin_habit (
    bin_id text PRIMARY KEY REFERENCES bin,
    learned_at timestamptz NOT NULL,
    rise_pct_per_h real[] NOT NULL CHECK (cardinality(rise_pct_per_h) = 168),
    spread_pct real NOT NULL,
    emptied_every_h real
);
COMMENT ON TABLE bin_habit IS 'How each bin usually fills';
COMMENT ON COLUMN bin_habit.rise_pct_per_h IS 'Points per hour for each local hour of the week, from Monday 00:00';
COMMENT ON COLUMN bin_habit.spread_pct IS 'Variance of a rise per point expected';
COMMENT ON COLUMN bin_habit.emptied_every_h IS 'Mean hours between emptyings seen; null: fewer than two';
