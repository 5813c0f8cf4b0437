"""Decentlab, port 1: protocol 2, device id, flags, then the words of each flag; big-endian (facts of the datasheet)."""

from struct import pack

from sensors.readings import LevelReading
from simulators.encoders.quantities import U16, OneOf, whole
from simulators.encoders.speech import Form, Speaker

PORT, PROTOCOL, DEVICE_ID = 1, 2, 303
DISTANCE, BATTERY = 0b01, 0b10


def dl_mbx(reading: LevelReading) -> bytes:
    """DL-MBX: bit 0 distance mm u16 and number of valid samples u16, bit 1 battery mV u16."""
    flags, words = 0, b""
    if reading.signal is not None:
        flags, words = DISTANCE, pack(">HH", reading.distance_mm or 0, int(reading.signal))
    if reading.battery_mv is not None:
        flags, words = flags | BATTERY, words + pack(">H", reading.battery_mv)
    return pack(">BHH", PROTOCOL, DEVICE_ID, flags) + words


DL_MBX = Form(
    PORT,
    {
        "distance_mm": whole(0, U16),
        "signal": whole(1, U16),
        "cannot_measure": OneOf(("no_echo",)),
        "battery_mv": whole(0, U16),
    },
    dl_mbx,
    together=(("distance_mm", "signal"),),
    with_word={"no_echo": {"signal": OneOf((0,))}},
)

SPEAKERS = (Speaker("dl-mbx", LevelReading, DL_MBX, reach_mm=(300, 5_000)),)
