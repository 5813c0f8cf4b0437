"""Dragino LDDS45, ultrasonic distance sensor on a probe. Big-endian, the bytes are in `sensors.dragino`.

Port 2  8 bytes: battery, distance, interrupt, temperature of a probe, sensor connected or not
Port 3  stored log             Port 5  the device

Its blind zone reaches to about 30 mm.
"""

from sensors import dragino
from sensors.readings import Decoded

MODEL = "ldds45"
MEASURES = ("distance_mm", "temperature_c", "battery_mv")
NEEDS = ("bin_id", "empty_mm", "full_mm", "blind_zone_mm", "max_range_mm", "report_every_s")

SENSOR = dragino.ultrasonic("LDDS45", dragino.no_echo)


def decode(payload: bytes, port: int | None) -> Decoded:
    """The readings of a data frame, a stored log or a device frame. Raises DecodeError where nothing can be read."""
    return dragino.decode(payload, port, SENSOR)
