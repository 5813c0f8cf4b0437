"""Terabee Level Monitoring XL, time-of-flight distance sensor in the lid of a bin. Port 1, big-endian, 6 bytes.

[0-1]  distance    u16, mm; 0 too close, 1 no valid measurement, FFFF too far
[2]    fill level  u8, % by the device's own calibration; FF where it has none
[3-4]  battery     u16, mV
[5]    errors      bit 0 it was reset, 1 radio, 2 battery not read, 3 the distance sensor is silent; others not used

It measures from 500 to 60,000 mm (the maker's manual, page 31, which has the order of the errors' bits too). Too close
means a bin that is full or a sensor that is covered: no figure, and no zero. Of the errors, a silent sensor
takes distance and fill away and an unread battery the battery; a reset and a radio error concern no reading.
"""

from typing import Any

from sensors import layout
from sensors.layout import Field, read_past
from sensors.readings import Decoded

MODEL = "lora-lm-xl"
MEASURES = ("distance_mm", "device_fill_pct", "battery_mv")
NEEDS = ("bin_id", "empty_mm", "full_mm", "blind_zone_mm", "max_range_mm", "report_every_s")

PORT = 1
NO_DISTANCE = {0: "too_close", 1: "no_echo", 0xFFFF: "too_far"}
NO_FILL = 0xFF
ERRORS_AT = 5
BATTERY_NOT_READ, SENSOR_SILENT = 0b0100, 0b1000


def distance(data: bytes) -> dict[str, Any]:
    """u16 mm, or one of the device's words for no measurement."""
    value = layout.u(data)
    return {"cannot_measure": NO_DISTANCE[value]} if value in NO_DISTANCE else {"distance_mm": value}


def fill_level(data: bytes) -> dict[str, Any]:
    """u8 %, or FF for an error that the distance tells of too."""
    return {} if data[0] == NO_FILL else layout.device_fill_pct(data)


FIELDS = (
    Field("distance", 2, distance),
    Field("fill level", 1, fill_level),
    Field("battery", 2, layout.unsigned("battery_mv")),
    Field("error byte", 1, read_past),
)


def decode(payload: bytes, port: int | None) -> Decoded:
    """One level reading. Raises DecodeError where nothing can be read."""
    layout.must_come_by(port, (PORT,), "Level Monitoring XL")
    said = layout.read(payload, FIELDS)
    errors = payload[ERRORS_AT] if len(payload) > ERRORS_AT else 0
    if errors & SENSOR_SILENT:
        said.values.pop("distance_mm", None)
        said.values.pop("device_fill_pct", None)
        said.values["cannot_measure"] = "sensor_fault"
    if errors & BATTERY_NOT_READ:
        said.values.pop("battery_mv")
    return said.level()
