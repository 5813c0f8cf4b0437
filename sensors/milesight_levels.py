"""What Milesight's distance sensors (EM series) have in common beyond their framing in `sensors.milesight`."""

from collections.abc import Callable, Mapping
from typing import Any

from sensors import milesight
from sensors.milesight import Pair, Quantity, Width
from sensors.readings import Decoded, DecodeError, LevelReading

NO_DISTANCE = {0xFFFD: "no_echo", 0xFFFE: "disabled", 0xFFFF: "sensor_fault"}
DISTANCE_ALARMS: dict[int, tuple[str, ...]] = {0: (), 1: ("threshold",), 2: ("mutation",)}


def decode(
    payload: bytes,
    port: int | None,
    quantities: Mapping[Pair, Quantity],
    cut_by: Mapping[Pair, Width],
    stored: Callable[[bytes], LevelReading] | None = None,
) -> Decoded:
    """The live reading if there is one, then those that `stored` makes of records from memory; none of attributes or replies.

    Raises DecodeError where nothing can be read.
    """
    cut = milesight.frame(payload, port, cut_by)
    values, refusals = milesight.gather(cut.fields, quantities)
    readings: tuple[LevelReading, ...] = (LevelReading(**values),) if values else ()
    if stored is not None:
        readings += tuple(stored(data) for pair, data, _ in cut.fields if pair == milesight.STORED)
    return milesight.decoded(readings, refusals, cut)


def distance_mm(data: bytes) -> dict[str, Any]:
    """u16 in mm; its last three values are the family's words for no measurement, far beyond any range of the family."""
    value = milesight.u(data)
    word = NO_DISTANCE.get(value)
    return {"distance_mm": None if word else value, "cannot_measure": word}


def distance_alarm(data: bytes) -> dict[str, Any]:
    """u16 distance in mm, perhaps s16 by how much it jumped (not read), and an alarm u8: 0 none, 1 threshold, 2 mutation."""
    alarms = DISTANCE_ALARMS.get(data[-1])
    if alarms is None:
        raise DecodeError(f"Distance alarm {data[-1]} is not known.")
    return distance_mm(data[:2]) | {"alarms": alarms}


def tilted(data: bytes) -> dict[str, Any]:
    """u8: 0 as mounted, 1 tilted."""
    if data[0] > 1:
        raise DecodeError(f"Position {data[0]} is not known.")
    return {"tilted": data[0] == 1}


DISTANCE = Quantity(2, distance_mm, alarm="threshold")
POSITION = Quantity(1, tilted, alarm="tilt")
LOCATION = Quantity(9, lambda _: {})  # where it stands is the asset's to say, and the maker's pages differ on the order

EM400 = {
    (0x01, 0x75): milesight.BATTERY,
    (0x03, 0x67): milesight.TEMPERATURE,
    (0x04, 0x82): DISTANCE,
    (0x05, 0x00): POSITION,
    (0x06, 0x88): LOCATION,
}
"""The EM400 family differs in how it measures, not in what it says."""
EM400_WIDTHS = milesight.widths(EM400)
