"""Dragino DDS20-LB, ultrasonic sensor of a liquid's height. Big-endian, the bytes are in `sensors.dragino`.

Port 2  8 bytes: battery, distance, interrupt, temperature of a probe, sensor connected or not
Port 3  stored log             Port 5  the device

Its probe sits outside under a container and its distance is the height of the liquid above it, in mm, which grows as the
container fills: empty_mm is then less than full_mm. Published examples of it are those of a thermometer.
"""

from sensors import dragino
from sensors.readings import Decoded

MODEL = "dds20-lb"
MEASURES = ("distance_mm", "temperature_c", "battery_mv")
NEEDS = ("bin_id", "empty_mm", "full_mm", "blind_zone_mm", "max_range_mm", "report_every_s")
MEASURES_FROM = "below"

SENSOR = dragino.ultrasonic("DDS20-LB", dragino.no_echo)


def decode(payload: bytes, port: int | None) -> Decoded:
    """The readings of a data frame, a stored log or a device frame. Raises DecodeError where nothing can be read."""
    return dragino.decode(payload, port, SENSOR)
