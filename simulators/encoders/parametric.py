"""Parametric, port 14 counts, port 190 the configuration; big-endian (facts of the manual)."""

from struct import pack

from sensors.readings import CountReading
from simulators.encoders.quantities import PEOPLE_16, U16, OneOf, Running, tenths, whole
from simulators.encoders.speech import Form, Speaker

COUNTS, CONFIGURATION = 14, 190
HEAD = bytes.fromhex("be0104")
PANEL_MW = 500


def pcr2(reading: CountReading) -> bytes:
    """PCR2: LTR, RTL u16 of the interval, in all since power-up u16, battery mV u16, panel mW u16, temperature s16/10 C."""
    counts = reading.people_in, reading.people_out, reading.total_in, reading.total_out
    return HEAD + pack(">HHHHHHh", *counts, reading.battery_mv, PANEL_MW, round((reading.temperature_c or 0.0) * 10))


PCR2 = Form(
    COUNTS,
    {
        "people_in": PEOPLE_16,
        "people_out": PEOPLE_16,
        "total_in": Running(16),
        "total_out": Running(16),
        "total_bits": OneOf((16,)),
        "battery_mv": whole(0, U16),
        "temperature_c": tenths(-40, 85),
    },
    pcr2,
    always=("people_in", "people_out", "total_in", "total_out", "total_bits", "battery_mv", "temperature_c"),
)

SPEAKERS = (Speaker("pcr2", CountReading, PCR2),)
