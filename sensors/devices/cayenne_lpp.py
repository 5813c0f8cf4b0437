"""Cayenne LPP, whatever node speaks it: channel(1) type(1) value(by the type), big-endian, on whatever port its maker chose.

The types say a quantity and never what of; which channel is which is up to whoever built the node. So only this is taken:

82  distance     u32, mm: the distance from the sensor down to the waste. On two channels none is taken, as nothing says
                 which is the bin's
67  temperature  s16, tenths of a degree C. A single one is told with the distance; several are readings of their own

Battery: none. 74 and 78 say volts and per cent of anything.
People:  none. 66 says whether somebody is there, 64 a number of anything; a counter of people needs a model of its own.
Time:    the envelope's. 85 says a time, not of what.

Read past, with the bytes of their values: 00, 01 digital 1; 02, 03 analogue 2; 64 number 4; 65 lux 2; 66 presence 1;
68 humidity 1; 71 acceleration 6; 73 pressure 2; 74 voltage 2; 75 current 2; 76 frequency 4; 78 per cent 1; 79 altitude 2;
7A load 3; 7D concentration 2; 80 power 2; 83 energy 4; 84 direction 2; 85 time 4; 86 turning 6; 87 colour 3; 88 position 9;
8E switch 1

Another type ends the reading, because its length is not known. Milesight uses some of these numbers with other widths and
little-endian, and such a frame read as LPP is plausible nonsense: the registered model decides.
"""

from typing import NamedTuple

from sensors.readings import Decoded, DecodeError, LevelReading

MODEL = "cayenne-lpp"
MEASURES = ("distance_mm", "temperature_c")
NEEDS = ("bin_id", "empty_mm", "full_mm", "blind_zone_mm", "max_range_mm", "report_every_s")

DISTANCE, TEMPERATURE = 0x82, 0x67
WIDTHS = {
    kind: width
    for width, kinds in {
        1: (0x00, 0x01, 0x66, 0x68, 0x78, 0x8E),
        2: (0x02, 0x03, 0x65, 0x67, 0x73, 0x74, 0x75, 0x79, 0x7D, 0x80, 0x84),
        3: (0x7A, 0x87),
        4: (0x64, 0x76, 0x82, 0x83, 0x85),
        6: (0x71, 0x86),
        9: (0x88,),
    }.items()
    for kind in kinds
}


class Field(NamedTuple):
    """What one channel says."""

    channel: int
    kind: int
    value: bytes


def decode(payload: bytes, port: int | None) -> Decoded:  # noqa: ARG001 a node may use any port
    """The readings of the frame, none without distance and temperature. Raises DecodeError where nothing can be read."""
    fields, ended = _fields(payload)
    distances = [field for field in fields if field.kind == DISTANCE]
    refusals = []
    distance_mm = None
    if len(distances) == 1:
        distance_mm = int.from_bytes(distances[0].value, "big")
    elif distances:
        channels = ", ".join(str(field.channel) for field in distances)
        refusals.append(f"Channels {channels} each say a distance and nothing says which is the bin's: none is taken.")
    temperatures_c = [int.from_bytes(field.value, "big", signed=True) / 10 for field in fields if field.kind == TEMPERATURE]
    readings = _readings(distance_mm, temperatures_c)
    if refusals and not readings:
        raise DecodeError(" ".join(refusals))
    return Decoded(readings, " ".join([*refusals, *ended]) or None)


def _readings(distance_mm: int | None, temperatures_c: list[float]) -> tuple[LevelReading, ...]:
    if len(temperatures_c) == 1:
        return (LevelReading(distance_mm=distance_mm, temperature_c=temperatures_c[0]),)
    distances = () if distance_mm is None else (LevelReading(distance_mm=distance_mm),)
    return (*distances, *(LevelReading(temperature_c=temperature_c) for temperature_c in temperatures_c))


def _fields(payload: bytes) -> tuple[list[Field], list[str]]:
    """The fields of a frame, and why the reading ended early if it did. Raises DecodeError where there is no first field."""
    if not payload:
        raise DecodeError("The frame holds no bytes.")
    fields: list[Field] = []
    at = 0
    while at < len(payload):
        try:
            field = _field(payload[at:])
        except DecodeError as refusal:
            words = f"At byte {at}: {refusal}"
            if not fields:
                raise DecodeError(words) from refusal
            return fields, [words]
        fields.append(field)
        at += 2 + len(field.value)
    return fields, []


def _field(rest: bytes) -> Field:
    """The field that `rest` begins with. Raises DecodeError for a type that is not known and at a cut."""
    if len(rest) < 2:
        raise DecodeError("the frame ends within a field.")
    channel, kind = rest[0], rest[1]
    width = WIDTHS.get(kind)
    if width is None:
        raise DecodeError(f"type {kind:02X} is not of Cayenne LPP; it and what follows are not read.")
    if len(rest) < 2 + width:
        raise DecodeError(f"the frame ends within channel {channel}, type {kind:02X}.")
    return Field(channel, kind, rest[2 : 2 + width])
