"""Dragino DDS45-LB, ultrasonic distance sensor on a probe. Big-endian, the bytes are in `sensors.dragino`.

Port 2  8 bytes: battery, distance, interrupt, temperature of a probe, sensor connected or not
Port 3  stored log             Port 5  the device

Its blind zone reaches to about 30 mm. Published examples of it are those of a thermometer, and published decoders of it
differ in the order of the bytes: not confirmed on a device.
"""

from sensors import dragino
from sensors.readings import Decoded

MODEL = "dds45-lb"
MEASURES = ("distance_mm", "temperature_c", "battery_mv")
NEEDS = ("bin_id", "empty_mm", "full_mm", "blind_zone_mm", "max_range_mm", "report_every_s")

SENSOR = dragino.ultrasonic("DDS45-LB", dragino.no_echo)


def decode(payload: bytes, port: int | None) -> Decoded:
    """The readings of a data frame, a stored log or a device frame. Raises DecodeError where nothing can be read."""
    return dragino.decode(payload, port, SENSOR)
