"""Terabee, port 1: fixed places, big-endian (facts of the manuals)."""

from struct import pack

from sensors.readings import CountReading, LevelReading
from simulators.encoders.quantities import PERCENT, U16, OneOf, Running, whole
from simulators.encoders.speech import Form, Speaker

PORT = 1
DISTANCE_WORDS = {"too_close": 0, "no_echo": 1, "too_far": U16, "sensor_fault": 1}
NO_FILL = 0xFF
BATTERY_NOT_READ, SENSOR_SILENT = 0b0100, 0b1000
FAULTS = {"stopped": 0b001, "stuck": 0b010, "anomaly": 0b100}


def level_monitoring(reading: LevelReading) -> bytes:
    """Level Monitoring XL: distance mm u16 or a word, level % u8 or FF, battery mV u16, errors u8."""
    distance_mm = DISTANCE_WORDS[reading.cannot_measure] if reading.cannot_measure else reading.distance_mm
    fill = NO_FILL if reading.device_fill_pct is None else int(reading.device_fill_pct)
    errors = SENSOR_SILENT if reading.cannot_measure == "sensor_fault" else 0
    errors |= BATTERY_NOT_READ if reading.battery_mv is None else 0
    return pack(">HBHB", distance_mm, fill, reading.battery_mv or 0, errors)


def people_flow(reading: CountReading) -> bytes:
    """People Flow Counting L-XL: count in u32, count out u32, flags: 1 stopped, 2 stuck, 4 several devices disagree."""
    return pack(">IIB", reading.total_in, reading.total_out, FAULTS.get(reading.fault or "", 0))


LEVEL = Form(
    PORT,
    {
        "distance_mm": whole(2, U16 - 1),
        "cannot_measure": OneOf(tuple(DISTANCE_WORDS)),
        "device_fill_pct": PERCENT,
        "battery_mv": whole(0, U16),
    },
    level_monitoring,
    always=("distance_mm",),
    with_word={"sensor_fault": {"device_fill_pct": OneOf(())}},
)
FLOW = Form(
    PORT,
    {"total_in": Running(32), "total_out": Running(32), "total_bits": OneOf((32,)), "fault": OneOf(tuple(FAULTS))},
    people_flow,
    always=("total_in", "total_out", "total_bits"),
)

SPEAKERS = (
    Speaker("lora-lm-xl", LevelReading, LEVEL, reach_mm=(500, 10_000)),
    Speaker("people-flow-counting-l-xl", CountReading, FLOW),
)
