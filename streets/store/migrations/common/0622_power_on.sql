-- A counter says itself that it was switched on or reset: a total that fell then began again, as after a join.
-- depends: 0621_operator

COMMENT ON TABLE counter_restart IS 'When counters joined their network anew, or said that they were switched on or reset: a total that fell then began again. Kept for longer than the frames that told it';
GRANT SELECT, INSERT ON counter_restart TO streets_ingest, streets_mender;
