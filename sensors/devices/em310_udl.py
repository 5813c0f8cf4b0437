"""Milesight EM310-UDL, ultrasonic distance sensor in the lid of a bin. Port 85, little-endian, framing in `sensors.milesight`.

01 75  battery   u8, %
03 82  distance  u16, mm from the sensor down to the waste
04 00  position  u8, 0 as mounted, 1 tilted

Channel 03 is the distance here and the temperature in the EM400 family: the registered model decides.
"""

from sensors import milesight, milesight_levels
from sensors.readings import Decoded

MODEL = "em310-udl"
MEASURES = ("distance_mm", "tilted", "battery_pct")
NEEDS = ("bin_id", "empty_mm", "full_mm", "blind_zone_mm", "max_range_mm", "report_every_s")

QUANTITIES = {
    (0x01, 0x75): milesight.BATTERY,
    (0x03, 0x82): milesight_levels.DISTANCE,
    (0x04, 0x00): milesight_levels.POSITION,
}
WIDTHS = milesight.widths(QUANTITIES)


def decode(payload: bytes, port: int | None) -> Decoded:
    """One level reading, or none where the frame held only attributes. Raises DecodeError where nothing can be read."""
    return milesight_levels.decode(payload, port, QUANTITIES, WIDTHS)
