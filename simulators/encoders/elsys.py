"""Elsys, port 5: type, value; big-endian, no lengths (facts of the maker's payload description)."""

from math import atan2, cos, degrees, radians, sin
from struct import pack

from sensors.readings import LevelReading
from simulators.encoders.quantities import U16, OneOf, tenths, whole
from simulators.encoders.speech import Form, Speaker

PORT = 5
ONE_G = 63


def elt_2(reading: LevelReading) -> bytes:
    """ELT-2: 01 temperature s16/10 C, 03 acceleration x, y, z s8 (63 is 1 g), 07 battery mV u16, 0E distance mm u16."""
    said = b""
    if reading.temperature_c is not None:
        said += b"\x01" + pack(">h", round(reading.temperature_c * 10))
    if reading.tilt_deg is not None:
        said += b"\x03" + pack(">bbb", *LEANING[reading.tilt_deg])
    if reading.battery_mv is not None:
        said += b"\x07" + pack(">H", reading.battery_mv)
    if reading.distance_mm is not None:
        said += b"\x0e" + pack(">H", reading.distance_mm)
    return said


def leaning() -> dict[float, tuple[int, int, int]]:
    """Angles between the box's z axis and the vertical that whole steps of acceleration can say, with such steps.

    Gravity (63 steps) lies on x and z: the angle is the arc whose sine and cosine these are, which whole steps meet to half a
    degree; what they say is worked out again from them.
    """
    found = {}
    for degree in range(181):
        x, z = round(ONE_G * sin(radians(degree))), round(ONE_G * cos(radians(degree)))
        found[round(degrees(atan2(x, z)), 1)] = (x, 0, z)
    return found


LEANING = leaning()
ELT_2 = Form(
    PORT,
    {
        "temperature_c": tenths(-40, 85),
        "tilt_deg": OneOf(tuple(LEANING)),
        "battery_mv": whole(0, U16),
        "distance_mm": whole(0, U16),
    },
    elt_2,
)

SPEAKERS = (Speaker("elt-2", LevelReading, ELT_2, reach_mm=(300, 5_000)),)
