"""IMBUILDINGS, port 1: header, then the counts of its variant; big-endian (facts of the maker's payload description)."""

from struct import pack

from sensors.readings import CountReading
from simulators.encoders.quantities import PEOPLE_16, U16, OneOf, Running, whole
from simulators.encoders.speech import Form, Speaker

PORT = 1
TYPE, VARIANT = 2, 6
DEVICE_ID = bytes.fromhex("025256fffe00cafe")


def people_counter(reading: CountReading) -> bytes:
    """Variant 6, 23 bytes: type, variant, id, status, battery u16/100 V, period A, B u16, status, totals A, B u16, frames u8."""
    header = pack(">BB8sB", TYPE, VARIANT, DEVICE_ID, 0)
    counts = reading.people_in, reading.people_out, 0, reading.total_in, reading.total_out, 0
    return header + pack(">HHHBHHB", (reading.battery_mv or 0) // 10, *counts)


PEOPLE_COUNTER = Form(
    PORT,
    {
        "battery_mv": whole(0, 10 * U16, step=10),
        "people_in": PEOPLE_16,
        "people_out": PEOPLE_16,
        "total_in": Running(16),
        "total_out": Running(16),
        "total_bits": OneOf((16,)),
    },
    people_counter,
    always=("battery_mv", "people_in", "people_out", "total_in", "total_out", "total_bits"),
)

SPEAKERS = (Speaker("imbuildings-people-counter", CountReading, PEOPLE_COUNTER),)
