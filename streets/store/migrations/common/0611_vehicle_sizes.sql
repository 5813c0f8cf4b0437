-- How large each vehicle is, so that it is sent only where it fits, and may go where only larger ones do not.
-- depends: 0610_days_ahead

ALTER TABLE vehicle
    ADD COLUMN weight_t double precision CHECK (weight_t > 0),
    ADD COLUMN width_m double precision CHECK (width_m > 0),
    ADD COLUMN height_m double precision CHECK (height_m > 0);
COMMENT ON COLUMN vehicle.weight_t IS 'Its greatest weight laden, tonnes, which streets have limits for; null: taken for 7.5';
COMMENT ON COLUMN vehicle.width_m IS 'Metres; null: taken for 2.5';
COMMENT ON COLUMN vehicle.height_m IS 'Metres; null: taken for 3.6';

ALTER TABLE street_travel ADD COLUMN vehicle_size text NOT NULL DEFAULT '7.5 t, 2.5 m wide, 3.6 m high';
ALTER TABLE street_travel ALTER COLUMN vehicle_size DROP DEFAULT;
ALTER TABLE street_travel DROP CONSTRAINT street_travel_pkey, ADD PRIMARY KEY (council, vehicle_size);
COMMENT ON COLUMN street_travel.vehicle_size IS 'The size of the vehicles that go these ways, in words';
