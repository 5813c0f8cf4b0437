"""Netvox R718PE, ultrasonic level sensor mounted on top. Port 6 reports, port 7 answers commands; big-endian, 11 bytes.

[0]    version      1
[1]    device type  B1
[2]    report       1 level, 0 versions
[3]    battery      u8: tenths of a volt in the lower 7 bits, the top bit says that it is low
[4]    on or off    not read: it is of the device's other use, above a parking place, and 0 for levels
[5-6]  distance     u16, mm
[7]    fill level   u8, % by the device's own calibration
[8-10] reserved

Versions: [3] software u8 in tenths, [4] hardware u8, [5-8] its date, eight decimal digits

Port 7, [0] the command answered, [1] B1: 86 tells the distance at which the device takes a container for empty, 8C its
dead zone, both u16 mm at [2-3] as in the maker's other answers (not confirmed for this one). The device's own fill rests
on these two. Other answers say nothing that is kept.
"""

from typing import Any

from sensors import layout
from sensors.layout import Field, read_past
from sensors.readings import Decoded, DecodeError

MODEL = "r718pe"
MEASURES = ("distance_mm", "device_fill_pct", "battery_mv")
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


def software(data: bytes) -> dict[str, Any]:
    """u8, tenths."""
    return {"about": {"software_version": data[0] / 10}}


def software_date(data: bytes) -> dict[str, Any]:
    """Eight decimal digits: year, month, day."""
    digits = data.hex()
    if not digits.isdecimal():
        raise DecodeError(f"A software date of {digits} is not possible.")
    return {"about": {"software_date": f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"}}


FIELDS = (
    Field("battery", 1, battery),
    Field("switch", 1, read_past),
    Field("distance", 2, layout.unsigned("distance_mm")),
    Field("fill level", 1, layout.device_fill_pct),
    Field("reserved end", 3, read_past),
)
VERSIONS = (
    Field("software version", 1, software),
    Field("hardware version", 1, layout.about("hardware_version")),
    Field("software date", 4, software_date),
    Field("reserved end", 2, read_past),
)
ANSWERS = {
    0x86: (Field("distance when empty", 2, layout.about("device_empty_mm")), Field("reserved end", 7, read_past)),
    0x8C: (Field("dead zone", 2, layout.about("device_dead_zone_mm")), Field("reserved end", 7, read_past)),
}


def decode(payload: bytes, port: int | None) -> Decoded:
    """One level reading; of a version report or a command's answer what it tells of the device. Raises DecodeError for none."""
    layout.must_come_by(port, (REPORTS, REPLIES), "R718PE")
    if len(payload) < 3:
        raise DecodeError(f"The frame has {len(payload)} bytes; its head alone has 3.")
    if payload[1] != DEVICE_TYPE:
        raise DecodeError(f"Device type {payload[1]:02X} is not R718PE, which is {DEVICE_TYPE:02X}.")
    if port == REPLIES:
        return layout.read(payload, ANSWERS[payload[0]], at=2).device() if payload[0] in ANSWERS else Decoded(())
    if payload[0] != VERSION:
        raise DecodeError(f"Version {payload[0]} of the report is not known.")
    if payload[2] == OF_VERSION:
        return layout.read(payload, VERSIONS, at=3).device()
    if payload[2] != OF_LEVEL:
        raise DecodeError(f"Report {payload[2]} is not known.")
    return layout.read(payload, FIELDS, at=3).level()
