-- What planning knows of weights, tips' hours and breaks.
-- depends: 0550_breaks

ALTER TABLE vehicle ADD COLUMN capacity_kg real CHECK (capacity_kg > 0);
ALTER TABLE vehicle ADD COLUMN break_min smallint CHECK (break_min BETWEEN 0 AND 240);
ALTER TABLE vehicle ADD COLUMN break_from time;
ALTER TABLE vehicle ADD COLUMN break_until time;
COMMENT ON COLUMN vehicle.capacity_kg IS 'Kilograms that the vehicle takes before it must tip; null: weight does not limit it';
COMMENT ON COLUMN vehicle.break_min IS 'Minutes of its crew''s break; 0: none is planned; null: 30 in a shift of more than six hours';
COMMENT ON COLUMN vehicle.break_from IS 'Local time from which on the break may begin; null: three hours into the shift';
COMMENT ON COLUMN vehicle.break_until IS 'Local time by which the break must begin; null: five and a half hours into the shift';
ALTER TABLE round_base ADD COLUMN open_from time;
ALTER TABLE round_base ADD COLUMN open_until time;
COMMENT ON COLUMN round_base.open_from IS 'Local time from which on a tip lets vehicles in; null: all day';
COMMENT ON COLUMN round_base.open_until IS 'Local time by which a vehicle must be through with tipping; null: all day';
ALTER TABLE bin ADD COLUMN kg_per_l real CHECK (kg_per_l > 0 AND kg_per_l <= 3);
COMMENT ON COLUMN bin.kg_per_l IS 'Kilograms that a litre in the bin weighs; null: as mixed litter is taken to weigh (streets/planning/day.py)';
