"""Pepperl+Fuchs WILSEN.sonic.level, ultrasonic level sensor. Port 1, big-endian, framing in `sensors.wilsen`.

0201  temperature  float32, degrees C
0B01  distance     u16, cm
0B02  distance     u16, mm; preferred where a frame has both
0B06  fill level   u8, % by the device's own calibration
5101  battery      u8, tenths of a volt

All other records are read past.
"""

from sensors import layout, wilsen
from sensors.layout import Field
from sensors.readings import Decoded

MODEL = "wilsen-sonic-level"
MEASURES = ("distance_mm", "device_fill_pct", "temperature_c", "battery_mv")
NEEDS = ("bin_id", "empty_mm", "full_mm", "blind_zone_mm", "max_range_mm", "report_every_s")


QUANTITIES = {**wilsen.QUANTITIES, 0x0B06: Field("fill level", 1, layout.device_fill_pct)}


def decode(payload: bytes, port: int | None) -> Decoded:
    """One level reading, or none where the frame held only other records. Raises DecodeError where nothing can be read."""
    return wilsen.level(payload, port, QUANTITIES)
