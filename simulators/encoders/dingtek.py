"""Dingtek, port 3: frames from 80 to 81, big-endian (facts of the maker's protocol)."""

from struct import pack

from sensors.readings import LevelReading
from simulators.encoders.quantities import U16, alarms, whole
from simulators.encoders.speech import Form, Speaker

PORT = 3
HEARTBEAT, ALARM, BYTES = 1, 2, 17
NIBBLES = {"threshold": 0x1000, "fire": 0x0100, "tilt": 0x0010, "low_battery": 0x0001}


def df702(reading: LevelReading) -> bytes:
    """DF702 without GPS, 17 bytes: type, length, distance mm u16, no GPS, temperature s8, angle's sign and degrees, four nibbles
    full, fire, tilt, low battery, counter, 81."""
    kind = ALARM if reading.alarms else HEARTBEAT
    angle = int(reading.tilt_deg or 0)
    measured = reading.distance_mm, 0, int(reading.temperature_c or 0), angle < 0, abs(angle)
    raised = sum(NIBBLES[word] for word in reading.alarms)
    return pack(">BHBBHBbBBH3xB", 0x80, 1, kind, BYTES, *measured, raised, 0x81)


def parameters() -> bytes:
    """Type 03: report every 24 hours, look every 15 minutes, full at 20 cm, fire at 75 C, tilt at 20 degrees and on, 5 m."""
    return pack(">BHBB2xBBBBBBB10xB", 0x80, 1, 3, 25, 24, 15, 20, 75, 20, 1, 1, 0x81)


DF702 = Form(
    PORT,
    {
        "distance_mm": whole(0, U16),
        "temperature_c": whole(-40, 85),
        "tilt_deg": whole(-180, 180),
        "alarms": alarms(*NIBBLES),
    },
    df702,
    always=("distance_mm", "temperature_c", "tilt_deg"),
)

SPEAKERS = (Speaker("df702", LevelReading, DF702, begins=((PORT, parameters()),), reach_mm=(100, 5_000)),)
