-- Networks and makers that were added: ThingPark, and Xovis sensors that push what they counted.
-- depends: 0352_why

COMMENT ON COLUMN uplink.source IS 'tts, chirpstack (Helium too), loriot, thingpark, direct, xovis, phone: who speaks, not by which way it came';
COMMENT ON COLUMN uplink.session IS 'The Things Stack: session_key_id; ChirpStack and ThingPark: the device''s address, drawn anew at each join; LORIOT: the UTC day; Xovis: the push agent; phones: the event''s key; direct devices: empty';
COMMENT ON COLUMN uplink.f_cnt IS 'Frame counter, 0 where the network left it out; direct devices: seq; Xovis: the package''s id';
COMMENT ON COLUMN device.device IS 'LoRaWAN: DevEUI, 16 lower-case hexadecimal digits; direct devices and Xovis sensors: council/device as in the topic';
