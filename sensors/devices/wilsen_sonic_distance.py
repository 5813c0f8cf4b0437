"""Pepperl+Fuchs WILSEN.sonic.distance, ultrasonic distance sensor. Port 1, big-endian, framing in `sensors.wilsen`.

0201  temperature  float32, degrees C
0B01  distance     u16, cm
0B02  distance     u16, mm; preferred where a frame has both
0B07  amplitude    u8, strength of the echo in the device's own unit
5101  battery      u8, tenths of a volt

All other records are read past. What an amplitude of 0 says of the distance is not confirmed: both are told.
"""

from typing import Any

from sensors import wilsen
from sensors.layout import Field
from sensors.readings import Decoded

MODEL = "wilsen-sonic-distance"
MEASURES = ("distance_mm", "temperature_c", "battery_mv", "signal")
NEEDS = ("bin_id", "empty_mm", "full_mm", "blind_zone_mm", "max_range_mm", "report_every_s")


def amplitude(data: bytes) -> dict[str, Any]:
    """u8."""
    return {"signal": float(data[0])}


QUANTITIES = {**wilsen.QUANTITIES, 0x0B07: Field("amplitude", 1, amplitude)}


def decode(payload: bytes, port: int | None) -> Decoded:
    """One level reading, or none where the frame held only other records. Raises DecodeError where nothing can be read."""
    return wilsen.level(payload, port, QUANTITIES)
