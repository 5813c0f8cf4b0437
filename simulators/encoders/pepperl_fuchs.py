"""Pepperl+Fuchs WILSEN, port 1: length, id, value; big-endian (facts of the manual). The length counts id and value."""

from struct import pack

from sensors.readings import LevelReading
from simulators.encoders.quantities import PERCENT, U8, U16, Quantity, hundredths, whole
from simulators.encoders.speech import Form, Speaker

PORT = 1
TEMPERATURE, DISTANCE_CM, DISTANCE_MM, FILL, AMPLITUDE, BATTERY = 0x0201, 0x0B01, 0x0B02, 0x0B06, 0x0B07, 0x5101


def level(reading: LevelReading) -> bytes:
    """WILSEN.sonic.level: distance cm u16, fill level % u8, and what both say."""
    said = b""
    if reading.distance_mm is not None:
        said += record(DISTANCE_CM, pack(">H", reading.distance_mm // 10))
    if reading.device_fill_pct is not None:
        said += record(FILL, pack(">B", int(reading.device_fill_pct)))
    return said + state(reading)


def distance(reading: LevelReading) -> bytes:
    """WILSEN.sonic.distance: distance mm u16, amplitude u8, and what both say."""
    said = b""
    if reading.distance_mm is not None:
        said += record(DISTANCE_MM, pack(">H", reading.distance_mm))
    if reading.signal is not None:
        said += record(AMPLITUDE, pack(">B", int(reading.signal)))
    return said + state(reading)


def state(reading: LevelReading) -> bytes:
    """Temperature float32, battery u8/10 V."""
    said = b"" if reading.temperature_c is None else record(TEMPERATURE, pack(">f", reading.temperature_c))
    return said if reading.battery_mv is None else said + record(BATTERY, pack(">B", reading.battery_mv // 100))


def record(name: int, value: bytes) -> bytes:
    """One record."""
    return pack(">BH", 2 + len(value), name) + value


SAID: dict[str, Quantity] = {"temperature_c": hundredths(-40, 85), "battery_mv": whole(0, 25_500, step=100)}
LEVEL = Form(PORT, {**SAID, "distance_mm": whole(0, 10 * U16, step=10), "device_fill_pct": PERCENT}, level)
DISTANCE = Form(PORT, {**SAID, "distance_mm": whole(0, U16), "signal": whole(0, U8)}, distance)

SPEAKERS = (
    Speaker("wilsen-sonic-level", LevelReading, LEVEL, reach_mm=(200, 2_500)),
    Speaker("wilsen-sonic-distance", LevelReading, DISTANCE, reach_mm=(200, 2_500)),
)
