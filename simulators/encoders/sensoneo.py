"""Sensoneo Single Sensor 3.0: 17 bytes in fixed places (facts of the maker's PDF). No document tells a port; 1 is taken."""

from struct import pack

from sensors.readings import LevelReading
from simulators.encoders.quantities import OneOf, alarms, whole
from simulators.encoders.speech import Form, Speaker

PORT = 1
SINGLE, FIRMWARE, SENSOR_ID = 0x20, 30, 202_425
MEASURED, EVENTS = 0x01, {"fire": 0x02, "tilt": 0x04}
ECHO_MM = 20


def single(reading: LevelReading) -> bytes:
    """FFFF, type, firmware, id u32 LE, events, four echoes u8 x 2 cm, battery 2500 + 10 n mV, temperature s8, tilt, events u8.

    One of the four echoes comes off the liner, at half the way; without an echo all are 0.
    """
    has_looked = reading.distance_mm is not None or reading.cannot_measure is not None
    events = sum(EVENTS[word] for word in reading.alarms) | (MEASURED if has_looked else 0)
    echo = (reading.distance_mm or 0) // ECHO_MM
    head = b"\xff\xff" + pack("<BBI", SINGLE, FIRMWARE, SENSOR_ID)
    state = ((reading.battery_mv or 0) - 2_500) // 10, int(reading.temperature_c or 0), 0, 1
    return head + pack(">B4B", events, echo, echo // 2, echo, echo) + pack(">BbBB", *state)


SINGLE_SENSOR = Form(
    PORT,
    {
        "distance_mm": whole(ECHO_MM, 255 * ECHO_MM, step=ECHO_MM),
        "cannot_measure": OneOf(("no_echo",)),
        "temperature_c": whole(-40, 85),
        "battery_mv": whole(2_500, 5_050, step=10),
        "alarms": alarms(*EVENTS),
    },
    single,
    always=("temperature_c", "battery_mv"),
)

SPEAKERS = (Speaker("sensoneo-single", LevelReading, SINGLE_SENSOR, reach_mm=(40, 4_000)),)
