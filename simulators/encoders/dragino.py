"""Dragino's distance sensors: fixed places, big-endian; port 2 data, 3 stored log, 5 the device (facts of the user manuals)."""

from struct import pack

from sensors.readings import LevelReading
from simulators.encoders.quantities import MOMENTS, U16, OneOf, Quantity, tenths, whole
from simulators.encoders.speech import Form, Speaker, unix_s

Says = dict[str, Quantity]
DATA_PORT, LOG_PORT = 2, 3
RECORDS = 4
BLIND_75_MM = 20
"""What the 75 series says of everything in its blind zone."""
STRONG = 1_000
BATTERY: Says = {"battery_mv": whole(0, 0x0FFF)}
"""The bits above are marks: a switch asked for the frame, a batch."""
PROBE: Says = {"temperature_c": tenths(-55, 125, but=(0,))}
"""An optional DS18B20; where none is fitted its place holds 0."""


def ultrasonic(reading: LevelReading) -> bytes:
    """Battery mV u16, distance mm u16 (0: no echo), interrupt, probe s16/10 C, sensor flag: 1 there is one."""
    is_there = reading.cannot_measure != "sensor_fault"
    return pack(">HHBhB", reading.battery_mv, _distance_mm(reading), 0, _tenths(reading), is_there)


def ultrasonic_log(*readings: LevelReading) -> bytes:
    """Per record: battery mV u16, distance mm u16, probe s16/10 C, flags u8, time u32."""
    return b"".join(
        pack(">HHhBI", reading.battery_mv, _distance_mm(reading), _tenths(reading), 0, unix_s(reading)) for reading in readings
    )


def four_probes(reading: LevelReading) -> bytes:
    """Battery mV u16, four distances mm u16, message type u8. One of the four looks at the liner, and says half."""
    mm = _distance_mm(reading)
    return pack(">HHHHHB", reading.battery_mv, mm, mm // 2, mm, mm, 1)


def four_probes_log(*readings: LevelReading) -> bytes:
    """Per record: flags u8, the distances of three probes mm u16, time u32."""
    return b"".join(
        pack(">BHHHI", 0, mm, mm // 2, mm, unix_s(reading)) for reading in readings for mm in (_distance_mm(reading),)
    )


def lidar(reading: LevelReading) -> bytes:
    """Battery mV u16, probe s16/10 C, distance mm u16, signal u16, flags u8, temperature of the LiDAR s8, message type u8."""
    measured = _distance_mm(reading), int(reading.signal or 0), 0, int(reading.temperature_c or 0), 1
    return pack(">HhHHBbB", reading.battery_mv, 0, *measured)


def lidar_log(*readings: LevelReading) -> bytes:
    """Per record: flags u16, probe s16/10 C, distance mm u16, temperature of the LiDAR s8, time u32."""
    return b"".join(
        pack(">HhHbI", 0, 0, _distance_mm(reading), int(reading.temperature_c or 0), unix_s(reading)) for reading in readings
    )


def _distance_mm(reading: LevelReading) -> int:
    return {"too_close": BLIND_75_MM, "too_far": U16}.get(reading.cannot_measure or "", reading.distance_mm or 0)


def _tenths(reading: LevelReading) -> int:
    return round((reading.temperature_c or 0.0) * 10)


def _ultrasonic(model: str, reach_mm: tuple[int, int], words: tuple[str, ...] = ("no_echo",), least_mm: int = 20) -> Speaker:
    says: Says = {**BATTERY, **PROBE, "distance_mm": whole(least_mm, U16)}
    live = Form(DATA_PORT, {**says, "cannot_measure": OneOf((*words, "sensor_fault"))}, ultrasonic, ("battery_mv", "distance_mm"))
    record = {**says, "cannot_measure": OneOf(words), "observed_at": MOMENTS}
    log = Form(LOG_PORT, record, ultrasonic_log, ("battery_mv", "distance_mm", "observed_at"), readings=RECORDS)
    return Speaker(model, LevelReading, live, log, reach_mm=reach_mm)


def _four_probes(model: str) -> Speaker:
    says: Says = {"distance_mm": whole(20, U16), "cannot_measure": OneOf(("no_echo",))}
    live = Form(DATA_PORT, {**BATTERY, **says}, four_probes, ("battery_mv", "distance_mm"))
    log = Form(LOG_PORT, {**says, "observed_at": MOMENTS}, four_probes_log, ("distance_mm", "observed_at"), readings=RECORDS)
    return Speaker(model, LevelReading, live, log, reach_mm=(20, 5_000))


def _lidar(model: str, farthest_mm: int, weakest: int, words: tuple[str, ...]) -> Speaker:
    warm: Says = {"temperature_c": whole(-40, 85)}
    says: Says = {**warm, "distance_mm": whole(1, farthest_mm), "cannot_measure": OneOf(words)}
    every = ("temperature_c", "distance_mm")
    live = Form(
        DATA_PORT,
        {**BATTERY, **says, "signal": whole(weakest + 1, U16 - 1)},
        lidar,
        ("battery_mv", "signal", *every),
        with_word={"no_echo": {"signal": whole(0, weakest)}},
    )
    log = Form(LOG_PORT, {**says, "observed_at": MOMENTS}, lidar_log, (*every, "observed_at"), readings=RECORDS)
    return Speaker(model, LevelReading, live, log, reach_mm=(100, farthest_mm))


SEVENTY_FIVE = ("no_echo", "too_close")
SPEAKERS = (
    _ultrasonic("ldds75", (280, 7_500), SEVENTY_FIVE, BLIND_75_MM + 1),
    _ultrasonic("dds75-lb", (280, 7_500), SEVENTY_FIVE, BLIND_75_MM + 1),
    _ultrasonic("ldds45", (30, 4_500)),
    _ultrasonic("dds45-lb", (30, 4_500)),
    _ultrasonic("ldds20", (20, 2_000)),
    _ultrasonic("dds20-lb", (20, 2_000)),
    _four_probes("ldds04"),
    _four_probes("dds04-lb"),
    _lidar("lds12-lb", 12_000, 100, ("no_echo",)),
    _lidar("lds40-lb", 40_000, 60, ("no_echo", "too_far")),
)
