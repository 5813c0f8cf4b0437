"""Netvox R718PE, ultrasonic level sensor mounted on top. Port 6 reports, port 7 answers commands; big-endian, 11 bytes.

[0]    version      1
[1]    device type  B1
[2]    report       1 level, 0 software version and date (no reading)
[3]    battery      u8: tenths of a volt in the lower 7 bits, the top bit says that it is low
[4]    on or off    not read: it is of the device's other use, above a parking place, and 0 for levels
[5-6]  distance     u16, mm
[7]    fill level   u8, %: not read, the device works it out with its own calibration; ours comes from the distance
[8-10] reserved

Port 7, [0] the command answered, [1] B1: 86 tells the distance at which the device takes a container for empty, 8C its
dead zone, both in mm. The device's own fill rests on these two, ours on the installation's: no reading.
"""

from typing import Any

from sensors import layout
from sensors.layout import Field, read_past
from sensors.readings import Decoded, DecodeError

MODEL = "r718pe"
MEASURES = ("distance_mm", "battery_mv")
NEEDS = ("bin_id", "empty_mm", "full_mm", "blind_zone_mm", "max_range_mm", "report_every_s")

REPORTS, REPLIES = 6, 7
VERSION = 1
DEVICE_TYPE = 0xB1
OF_VERSION, OF_LEVEL = 0, 1
LOW = 0x80


def battery(data: bytes) -> dict[str, Any]:
    """u8: tenths of a volt, and the top bit for a low battery."""
    volts = {"battery_mv": 100 * (data[0] & ~LOW)}
    return volts | {"alarms": ("low_battery",)} if data[0] & LOW else volts


FIELDS = (
    Field("battery", 1, battery),
    Field("switch", 1, read_past),
    Field("distance", 2, layout.unsigned("distance_mm")),
    Field("fill level", 1, read_past),
    Field("reserved end", 3, read_past),
)


def decode(payload: bytes, port: int | None) -> Decoded:
    """One level reading; none of a version report or a command's answer. Raises DecodeError where nothing can be read."""
    layout.must_come_by(port, (REPORTS, REPLIES), "R718PE")
    if len(payload) < 3:
        raise DecodeError(f"The frame has {len(payload)} bytes; its head alone has 3.")
    if payload[1] != DEVICE_TYPE:
        raise DecodeError(f"Device type {payload[1]:02X} is not R718PE, which is {DEVICE_TYPE:02X}.")
    if port == REPLIES:
        return Decoded(())
    if payload[0] != VERSION:
        raise DecodeError(f"Version {payload[0]} of the report is not known.")
    if payload[2] == OF_VERSION:
        return Decoded(())
    if payload[2] != OF_LEVEL:
        raise DecodeError(f"Report {payload[2]} is not known.")
    return layout.read(payload, FIELDS, at=3).level()
