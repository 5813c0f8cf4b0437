-- Wards, ironwork, depots, vehicles and streets come on officers' pages and by the API too, as the officer's commands bring them.
-- depends: 0414_one_change_a_transaction

GRANT INSERT, UPDATE ON ward, ironwork, street_extract, round_base, vehicle TO streets_api;
