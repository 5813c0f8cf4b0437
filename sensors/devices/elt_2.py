"""Elsys ELT-2, box with an ultrasonic distance sensor. Port 5, or 1 on some networks; big-endian, framing in `sensors.elsys`.

01  temperature   s16, tenths of a degree C, of the box
03  acceleration  x, y, z s8, 63 is 1 g; told as the angle between the box's z axis and the vertical
07  battery       u16, mV
0E  distance      u16, mm

The angle is 0 degrees where z lies along gravity and 180 where it lies against it; which is usual depends on the mount.
All other types are read past. The maker names no value for a missing echo: what the blind zone and the range of the
installation do not allow is no measurement.
"""

from math import acos, degrees, hypot
from typing import Any

from sensors import elsys, layout
from sensors.readings import Decoded, DecodeError

MODEL = "elt-2"
MEASURES = ("distance_mm", "tilt_deg", "temperature_c", "battery_mv")
NEEDS = ("bin_id", "empty_mm", "full_mm", "blind_zone_mm", "max_range_mm", "report_every_s")

PORTS = (5, 1)


def tilt_deg(data: bytes) -> dict[str, Any]:
    """Three s8; the angle of z from the vertical is acos(z / |x, y, z|), so that the unit cancels out."""
    x, y, z = (int.from_bytes(data[n : n + 1], "big", signed=True) for n in range(3))
    length = hypot(x, y, z)
    if length == 0:
        raise DecodeError("An acceleration of 0 on all axes has no direction.")
    return {"tilt_deg": round(degrees(acos(z / length)), 1)}


QUANTITIES = {
    0x01: layout.tenths("temperature_c"),
    0x03: tilt_deg,
    0x07: layout.unsigned("battery_mv"),
    0x0E: layout.unsigned("distance_mm"),
}


def decode(payload: bytes, port: int | None) -> Decoded:
    """One level reading, or none where the frame held only other types. Raises DecodeError where nothing can be read."""
    layout.must_come_by(port, PORTS, "ELT-2")
    return elsys.read(payload, QUANTITIES).level()
