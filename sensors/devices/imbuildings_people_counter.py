"""IMBUILDINGS People Counter, infrared counter beside a passage. Port 1, big-endian, the counts placed from the end.

[0]      type     02
[1]      variant  5, 6 or 7; 2, 3 and 4 are of the NB-IoT counter, whose places are not known here
[2-9]    device id, [10] status: read past
[11-12]  battery  u16, hundredths of a volt

variant    5       6         7
bytes      19      23        18 or more; its length is not confirmed
period A   -6,-5   -10,-9    -             u16, people
period B   -4,-3   -8,-7     -
status     -2      -6        -5            of the sensor, read past
total A    -       -5,-4     -4,-3         u16, people; wraps at 65,536
total B    -       -3,-2     -2,-1
frames     -1      -1        -             u8, read past: the network's own counter finds losses too

Ports 26 and 27 bring frames without the header; that they are variants 6 and 7 is not confirmed, nor what stands before
the counts: only the counts are read. A is told as in and B as out; what that means is set where the counter is mounted.
"""

from typing import Any

from sensors import layout
from sensors.readings import CountReading, Decoded, DecodeError

MODEL = "imbuildings-people-counter"
MEASURES = ("people_in", "people_out", "total_in", "total_out", "battery_mv")
NEEDS = ("counter_id", "period_s", "report_every_s", "swap_in_out")

PORT = 1
VARIANT_OF_PORT = {26: 6, 27: 7}
TYPE = 2
HEADER_BYTES = 13
PERIOD_AT = {5: -6, 6: -10}
TOTAL_AT = {6: -5, 7: -4}
COUNTS_BYTES = {5: 6, 6: 10, 7: 5}
WHOLE_BYTES = {5: 19, 6: 23}


def decode(payload: bytes, port: int | None) -> Decoded:
    """One count reading. Raises DecodeError where nothing can be read."""
    layout.must_come_by(port, (PORT, *VARIANT_OF_PORT), "People Counter")
    if port in VARIANT_OF_PORT:
        variant = VARIANT_OF_PORT[port]
        if len(payload) < COUNTS_BYTES[variant]:
            raise DecodeError(f"The frame has {len(payload)} bytes; the counts of variant {variant} alone have more.")
        return Decoded((CountReading(**counts(payload, variant)),))
    variant = variant_of(payload)
    battery_mv = 10 * layout.u(payload[11:HEADER_BYTES])
    counts_bytes = len(payload) - HEADER_BYTES
    if counts_bytes < COUNTS_BYTES[variant] or len(payload) != WHOLE_BYTES.get(variant, len(payload)):
        refused = f"A frame of variant {variant} is not {len(payload)} bytes long; its counts are not read."
        return Decoded((CountReading(battery_mv=battery_mv),), refused)
    return Decoded((CountReading(battery_mv=battery_mv, **counts(payload, variant)),))


def variant_of(payload: bytes) -> int:
    """The variant that a header names. Raises DecodeError for another maker's or a cut header, and an unknown variant."""
    if len(payload) < HEADER_BYTES:
        raise DecodeError(f"The frame has {len(payload)} bytes; its header alone has {HEADER_BYTES}.")
    if payload[0] != TYPE:
        raise DecodeError(f"Type {payload[0]:02X} is not a people counter, which is {TYPE:02X}.")
    if payload[1] not in COUNTS_BYTES:
        raise DecodeError(f"Variant {payload[1]} is not one whose places are known here.")
    return payload[1]


def counts(payload: bytes, variant: int) -> dict[str, Any]:
    """The counts of a whole frame, A as in and B as out."""
    values: dict[str, Any] = {}
    if variant in PERIOD_AT:
        values["people_in"], values["people_out"] = pair(payload, PERIOD_AT[variant])
    if variant in TOTAL_AT:
        values["total_in"], values["total_out"] = pair(payload, TOTAL_AT[variant])
        values["total_bits"] = 16
    return values


def pair(payload: bytes, from_end: int) -> tuple[int, int]:
    """Two u16 that begin so many bytes from the end."""
    at = len(payload) + from_end
    return layout.u(payload[at : at + 2]), layout.u(payload[at + 2 : at + 4])
