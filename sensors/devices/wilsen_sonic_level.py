"""Pepperl+Fuchs WILSEN.sonic.level, ultrasonic level sensor. Port 1, big-endian, framing in `sensors.wilsen`.

0201  temperature  float32, degrees C
0B01  distance     u16, cm
0B02  distance     u16, mm; preferred where a frame has both
5101  battery      u8, tenths of a volt

All other records are read past, the device's own fill level (0B06) among them.
"""

from sensors import wilsen
from sensors.readings import Decoded

MODEL = "wilsen-sonic-level"
MEASURES = ("distance_mm", "temperature_c", "battery_mv")
NEEDS = ("bin_id", "empty_mm", "full_mm", "blind_zone_mm", "max_range_mm", "report_every_s")


def decode(payload: bytes, port: int | None) -> Decoded:
    """One level reading, or none where the frame held only other records. Raises DecodeError where nothing can be read."""
    return wilsen.level(payload, port, wilsen.QUANTITIES)
