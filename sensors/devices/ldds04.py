"""Dragino LDDS04, four ultrasonic probes. Big-endian, the bytes are in `sensors.dragino`.

Port 2  11 bytes: battery, four distances, message type; `distance_mm` is the median of those that have an echo
Port 3  stored log, of probes 1 to 3             Port 5  the device

Its blind zone reaches to about 20 mm.
"""

from sensors import dragino
from sensors.readings import Decoded

MODEL = "ldds04"
MEASURES = ("distance_mm", "battery_mv")
NEEDS = ("bin_id", "empty_mm", "full_mm", "blind_zone_mm", "max_range_mm", "report_every_s")

SENSOR = dragino.four_probes("LDDS04")


def decode(payload: bytes, port: int | None) -> Decoded:
    """The readings of a data frame, a stored log or a device frame. Raises DecodeError where nothing can be read."""
    return dragino.decode(payload, port, SENSOR)
