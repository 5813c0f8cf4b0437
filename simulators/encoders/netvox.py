"""Netvox, port 6 reports of 11 bytes, big-endian: version, device type, report (facts of the maker's protocol)."""

from struct import pack

from sensors.readings import LevelReading
from simulators.encoders.quantities import PERCENT, U16, alarms, whole
from simulators.encoders.speech import Form, Speaker

PORT, VERSION, R718PE_TYPE, LEVEL = 6, 1, 0xB1, 1
LOW = 0x80
STARTED = bytes.fromhex("01b1 00 64 04 20200811 0000")
"""Report 0: software 10.0, hardware 4, of 11 August 2020."""


def r718pe(reading: LevelReading) -> bytes:
    """R718PE: battery u8/10 V with a top bit for low, on or off, distance mm u16, fill level % u8, three reserved."""
    battery = (reading.battery_mv or 0) // 100 | (LOW if "low_battery" in reading.alarms else 0)
    level = battery, 0, reading.distance_mm, int(reading.device_fill_pct or 0)
    return pack(">BBBBBHB", VERSION, R718PE_TYPE, LEVEL, *level) + bytes(3)


R718PE = Form(
    PORT,
    {
        "battery_mv": whole(0, 12_700, step=100),
        "distance_mm": whole(0, U16),
        "device_fill_pct": PERCENT,
        "alarms": alarms("low_battery"),
    },
    r718pe,
    always=("battery_mv", "distance_mm", "device_fill_pct"),
)

SPEAKERS = (Speaker("r718pe", LevelReading, R718PE, begins=((PORT, STARTED),), reach_mm=(300, 4_500)),)
