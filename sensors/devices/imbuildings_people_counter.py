"""IMBUILDINGS People Counter, infrared counter beside a passage. Port 1, big-endian, laid out by its variant.

With a header of ten bytes: [0] type 02, [1] variant, [2-9] device id, read past. Without one the variant is told by the
port: 26 is 6, 27 is 7, 28 is 8, as the maker's published decoder has it. After the header:

variant 5   device status, battery, period A, period B, sensor status, frames
variant 6   device status, battery, period A, period B, sensor status, total A, total B, frames
variant 7   sensor status, total A, total B
variant 8   device status, battery, sensor status

battery   u16, hundredths of a volt
period    u16, people               total    u16, people; wraps at 65,536
status    u8, read past             frames   u8, read past: the network's own counter finds losses too

Variants 2, 3 and 4 are of the NB-IoT counter, whose places are not known here. A is told as in and B as out; what that means
is set where the counter is mounted. Port 10 answers commands: no reading.
"""

from sensors import layout
from sensors.layout import Field, read_past
from sensors.readings import Decoded, DecodeError

MODEL = "imbuildings-people-counter"
MEASURES = ("people_in", "people_out", "total_in", "total_out", "battery_mv")
NEEDS = ("counter_id", "period_s", "report_every_s", "swap_in_out")

PORT, ANSWERS = 1, 10
VARIANT_OF_PORT = {26: 6, 27: 7, 28: 8}
TYPE, ANSWER = 2, 0xF1
HEADER_BYTES = 10

DEVICE_STATUS = Field("device status", 1, read_past)
SENSOR_STATUS = Field("sensor status", 1, read_past)
BATTERY = Field("battery", 2, layout.unsigned("battery_mv", times=10))
PERIODS = (
    Field("count of A", 2, layout.unsigned("people_in")),
    Field("count of B", 2, layout.unsigned("people_out")),
)
TOTALS = (
    Field("total of A", 2, layout.total("total_in", bits=16)),
    Field("total of B", 2, layout.total("total_out", bits=16)),
)
FRAMES = Field("count of frames", 1, read_past)
VARIANTS = {
    5: (DEVICE_STATUS, BATTERY, *PERIODS, SENSOR_STATUS, FRAMES),
    6: (DEVICE_STATUS, BATTERY, *PERIODS, SENSOR_STATUS, *TOTALS, FRAMES),
    7: (SENSOR_STATUS, *TOTALS),
    8: (DEVICE_STATUS, BATTERY, SENSOR_STATUS),
}


def decode(payload: bytes, port: int | None) -> Decoded:
    """One count reading; none of an answer. Raises DecodeError where nothing can be read."""
    layout.must_come_by(port, (PORT, ANSWERS, *VARIANT_OF_PORT), "People Counter")
    if port == ANSWERS:
        return answer(payload)
    variant = VARIANT_OF_PORT.get(port or 0)
    if variant is None:
        return layout.read(payload, VARIANTS[variant_of(payload)], at=HEADER_BYTES).count()
    return layout.read(payload, VARIANTS[variant]).count()


def answer(payload: bytes) -> Decoded:
    """No reading. Raises DecodeError for what is no answer."""
    if payload[:1] != bytes([ANSWER]):
        raise DecodeError(f"On port {ANSWERS} a command is answered, with {ANSWER:02X} first.")
    return Decoded(())


def variant_of(payload: bytes) -> int:
    """The variant that a header names. Raises DecodeError for another maker's or a cut header, and an unknown variant."""
    if len(payload) < HEADER_BYTES:
        raise DecodeError(f"The frame has {len(payload)} bytes; its header alone has {HEADER_BYTES}.")
    if payload[0] != TYPE:
        raise DecodeError(f"Type {payload[0]:02X} is not a people counter, which is {TYPE:02X}.")
    if payload[1] not in VARIANTS:
        raise DecodeError(f"Variant {payload[1]} is not one whose places are known here.")
    return payload[1]
