"""A generic node that speaks Cayenne LPP: channel, type, value; big-endian (facts of the format). Its port is 1."""

from struct import pack

from sensors.readings import LevelReading
from simulators.encoders.quantities import U32, tenths, whole
from simulators.encoders.speech import Form, Speaker

PORT = 1


def node(reading: LevelReading) -> bytes:
    """Channel 1, 82 distance u32 in mm; channel 2, 67 temperature s16/10 C."""
    distance = b"" if reading.distance_mm is None else b"\x01\x82" + pack(">I", reading.distance_mm)
    warmth = b"" if reading.temperature_c is None else b"\x02\x67" + pack(">h", round(reading.temperature_c * 10))
    return distance + warmth


NODE = Form(PORT, {"distance_mm": whole(0, U32), "temperature_c": tenths(-40, 85)}, node)

SPEAKERS = (Speaker("cayenne-lpp", LevelReading, NODE, reach_mm=(30, 5_000)),)
