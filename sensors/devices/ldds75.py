"""Dragino LDDS75, ultrasonic distance sensor on a probe. Big-endian, the bytes are in `sensors.dragino`.

Port 2  firmware from 1.1.4, 8 bytes: battery, distance, interrupt, temperature of a probe, sensor connected or not
        old firmware, 5 bytes:        battery, distance, interrupt
        either with no sensor, 4:     battery, the rest says nothing
Port 3  stored log             Port 5  the device

Its blind zone reaches to about 280 mm. The Things Network's published decoder writes the battery into the distance.
"""

from sensors import dragino
from sensors.readings import Decoded, LevelReading

MODEL = "ldds75"
MEASURES = ("distance_mm", "temperature_c", "battery_mv")
NEEDS = ("bin_id", "empty_mm", "full_mm", "blind_zone_mm", "max_range_mm", "report_every_s")

SENSOR = dragino.ultrasonic("LDDS75", dragino.no_echo_75)
OLD_LENGTH, NO_SENSOR_LENGTH = 5, 4


def decode(payload: bytes, port: int | None) -> Decoded:
    """The readings of a data frame, a stored log or a device frame. Raises DecodeError where nothing can be read."""
    if port == dragino.DATA_PORT and len(payload) in (OLD_LENGTH, NO_SENSOR_LENGTH):
        return Decoded((_old(payload),))
    return dragino.decode(payload, port, SENSOR)


def _old(payload: bytes) -> LevelReading:
    distance_mm = dragino.u(payload[2:4])
    word = "sensor_fault" if len(payload) == NO_SENSOR_LENGTH else dragino.no_echo_75(distance_mm)
    return dragino.measured(distance_mm, word)._replace(battery_mv=dragino.battery_mv(payload[:2]))
