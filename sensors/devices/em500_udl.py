"""Milesight EM500-UDL, ultrasonic distance sensor. Port 85, little-endian, framing in `sensors.milesight`.

01 75  battery   u8, %
03 82  distance  u16, mm from the sensor down to the waste; FFFD no target, FFFE switched off, FFFF sensor fault
83 E9  distance u16 mm, its jump u16 mm (not read: the distances tell it), alarm u8: 0 none, 1 threshold, 2 mutation
20 CE  stored record: time u32, Unix seconds by the device's clock, distance u16 mm

It has no tilt switch and no thermometer. That the alarm's distances are in mm is from the maker's table; the maker's own
decoder divides them by 10, which no other distance of the family has: not confirmed on a device.
"""

from sensors import milesight, milesight_levels
from sensors.milesight import Pair, Quantity, Width
from sensors.readings import Decoded, LevelReading

MODEL = "em500-udl"
MEASURES = ("distance_mm", "battery_pct")
NEEDS = ("bin_id", "empty_mm", "full_mm", "blind_zone_mm", "max_range_mm", "report_every_s")

QUANTITIES = {
    (0x01, 0x75): milesight.BATTERY,
    (0x03, 0x82): milesight_levels.DISTANCE,
    (0x83, 0xE9): Quantity(5, milesight_levels.distance_alarm),
}
WIDTHS: dict[Pair, Width] = {**milesight.widths(QUANTITIES), milesight.STORED: 6}


def stored(data: bytes) -> LevelReading:
    """The reading of one stored record."""
    return LevelReading(**milesight.observed_at(data[:4]), **milesight_levels.distance_mm(data[4:]))


def decode(payload: bytes, port: int | None) -> Decoded:
    """The live reading if there is one, then the stored ones. Raises DecodeError where nothing can be read."""
    return milesight_levels.decode(payload, port, QUANTITIES, WIDTHS, stored)
