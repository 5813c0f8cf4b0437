"""Milesight EM400-MUD, ultrasonic distance sensor for bins and bays. Port 85, little-endian, framing in `sensors.milesight`.

01 75  battery      u8, %
03 67  temperature  s16, tenths of a degree C
04 82  distance     u16, mm from the sensor down to the waste
05 00  position     u8, 0 as mounted, 1 tilted by 20 degrees or more
06 88  location     9 bytes (NB-IoT version), read past
83 67  temperature and alarm status u8: a jump of more than 5 degrees, or a set threshold
84 82  distance and alarm status u8: 0 the alarm ended, 1 it is on

An alarm frame has no battery and no position.
"""

from sensors import milesight_levels
from sensors.milesight_levels import EM400, EM400_WIDTHS
from sensors.readings import Decoded

MODEL = "em400-mud"
MEASURES = ("distance_mm", "tilted", "temperature_c", "battery_pct")
NEEDS = ("bin_id", "empty_mm", "full_mm", "blind_zone_mm", "max_range_mm", "report_every_s")


def decode(payload: bytes, port: int | None) -> Decoded:
    """One level reading, or none where the frame held only attributes. Raises DecodeError where nothing can be read."""
    return milesight_levels.decode(payload, port, EM400, EM400_WIDTHS)
