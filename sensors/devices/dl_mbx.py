"""Decentlab DL-MBX, ultrasonic distance sensor. Port 1, big-endian.

[0]    protocol   2
[1-2]  device id  read past
[3-4]  flags      bit n set: the words of quantity n follow, lowest bit first
bit 0  distance u16, mm; number of valid samples u16
bit 1  battery u16, mV

No valid sample is no echo, whatever the distance says. The number of valid samples is told as `signal`: a distance from
few of them is not worth much, but the maker names no limit. Frames with the battery alone occur. Ranges differ by part
number (001 to 005): the installation's `max_range_mm` knows.
"""

from typing import Any

from sensors import layout
from sensors.layout import Field
from sensors.readings import Decoded, DecodeError

MODEL = "dl-mbx"
MEASURES = ("distance_mm", "battery_mv", "signal")
NEEDS = ("bin_id", "empty_mm", "full_mm", "blind_zone_mm", "max_range_mm", "report_every_s")

PORT = 1
PROTOCOL = 2
HEAD_BYTES = 5


def echo(data: bytes) -> dict[str, Any]:
    """u16 mm and u16 valid samples."""
    valid_samples = layout.u(data[2:])
    if valid_samples == 0:
        return {"cannot_measure": "no_echo", "signal": 0.0}
    return {"distance_mm": layout.u(data[:2]), "signal": float(valid_samples)}


QUANTITIES = (Field("distance", 4, echo), Field("battery", 2, layout.unsigned("battery_mv")))


def decode(payload: bytes, port: int | None) -> Decoded:
    """One level reading, or none where no flag is set. Raises DecodeError where nothing can be read."""
    layout.must_come_by(port, (PORT,), "DL-MBX")
    if len(payload) < HEAD_BYTES:
        raise DecodeError(f"The frame has {len(payload)} bytes; its head alone has {HEAD_BYTES}.")
    if payload[0] != PROTOCOL:
        raise DecodeError(f"Protocol {payload[0]} is not known; DL-MBX speaks protocol {PROTOCOL}.")
    flags = layout.u(payload[3:5])
    present = [quantity for bit, quantity in enumerate(QUANTITIES) if flags >> bit & 1]
    return layout.read(payload, present, at=HEAD_BYTES).level()
