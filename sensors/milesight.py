"""What Milesight's frames have in common: channel(1) type(1) data(by the pair), little-endian, any order, on port 85.

A channel from 0x80 up is the alarm twin of the channel 0x80 below it: the same data and one status byte (as a rule 0 the
alarm ended, 1 it is on). Channel FF holds attributes that are sent at join. FF with any other type and channels F8, F9
and FE answer commands: nothing after them can be framed. A pair that a device's table does not hold ends the reading
too, because its length is not known; what was read before it stays. 20 CE is a record from the device's memory with the
time of its own clock, laid out by the model: old data, of which the envelope's time says nothing.

FF01 protocol(1)  FF08 serial(6)  FF09 hardware(2)  FF0A firmware(2)  FF0B power on(1)  FF0F class(1)
FF16 serial(8)  FF1F firmware(4)  FFFE reset(1)  FFFF TSL version(2)

Of the attributes, serial numbers and versions are told of the device; hardware 01 40 is 1.4, firmware 01 14 is 1.20
(some of the maker's decoders write 1.14). Power on and reset say that its totals may have begun again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sensors.readings import About, Decoded, DecodeError, Reading, UnknownPort

PORT = 85
ATTRIBUTE_WIDTHS = {0x01: 1, 0x08: 6, 0x09: 2, 0x0A: 2, 0x0B: 1, 0x0F: 1, 0x16: 8, 0x1F: 4, 0xFE: 1, 0xFF: 2}
ATTRIBUTE = 0xFF
RESTARTS = {(ATTRIBUTE, 0x0B), (ATTRIBUTE, 0xFE)}
ABOUT: Mapping[int, tuple[str, Callable[[bytes], str]]] = {
    0x08: ("serial_number", bytes.hex),
    0x09: ("hardware", lambda data: f"{data[0]}.{data[1] >> 4}"),
    0x0A: ("firmware", lambda data: f"{data[0]}.{data[1]}"),
    0x16: ("serial_number", bytes.hex),
    0x1F: ("firmware", lambda data: ".".join(map(str, data))),
}
REPLY_CHANNELS = (0xF8, 0xF9, 0xFE, 0xFF)
TWIN = 0x80
STORED = (0x20, 0xCE)

Pair = tuple[int, int]
Width = int | Callable[[bytes], int]  # bytes of data, or a look at what follows the pair; DecodeError where it cannot tell


Field = tuple[Pair, bytes, int | None]
"""A pair (its alarm bit taken out), its data, and the status byte of an alarm twin."""


class Frame(NamedTuple):
    """The fields of a frame in their order, why the reading ended early, or None, and what its attributes tell of the device.

    `restarted`: they say that it was switched on or reset.
    """

    fields: tuple[Field, ...]
    refused: str | None
    about: About = ()
    restarted: bool = False


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a pair means: bytes of data, how they become values, the word for its alarm, and that alarm's status bytes."""

    width: int
    read: Callable[[bytes], dict[str, Any]]
    alarm: str | None = None
    on: tuple[int, ...] = (1,)
    off: tuple[int, ...] = (0,)


def frame(payload: bytes, port: int | None, widths: Mapping[Pair, Width]) -> Frame:
    """Cut a frame into fields. Raises DecodeError on another port, on no bytes, and where the first field cannot be read."""
    if port != PORT:
        raise UnknownPort(f"Milesight devices report on port {PORT}; this frame came on port {port}.")
    if not payload:
        raise DecodeError("The frame holds no bytes.")
    fields, refused = _cut(payload, widths)
    # Most frames hold no attribute, nor any byte like its channel.
    if ATTRIBUTE not in payload:
        return Frame(fields, refused)
    return Frame(fields, refused, _about(fields), any(pair in RESTARTS for pair, _, _ in fields))


def _cut(payload: bytes, widths: Mapping[Pair, Width]) -> tuple[tuple[Field, ...], str | None]:
    """The fields, and why the cutting ended early, or None. Raises DecodeError where the first field cannot be read."""
    fields: list[Field] = []
    at = 0
    while at < len(payload):
        if payload[at] in REPLY_CHANNELS and _is_reply(payload[at : at + 2]):
            return tuple(fields), f"At byte {at}: a reply to a command, not a measurement; the rest is not read."
        try:
            field, at = _field(payload, at, widths)
        except DecodeError as refusal:
            words = f"At byte {at}: {refusal}"
            if at == 0:
                raise DecodeError(words) from refusal
            return tuple(fields), words
        fields.append(field)
    return tuple(fields), None


def gather(fields: tuple[Field, ...], quantities: Mapping[Pair, Quantity]) -> tuple[dict[str, Any], list[str]]:
    """What the fields of these quantities say, as values of a reading (alarms that are on included), and what was refused."""
    values: dict[str, Any] = {}
    refusals: list[str] = []
    for pair, data, alarm in fields:
        quantity = quantities.get(pair)
        if quantity is None:
            continue
        try:
            said = quantity.read(data)
            alarms = said.pop("alarms", ())
            for name, value in said.items():
                if values.setdefault(name, value) != value:
                    raise DecodeError(f"The frame says {name} twice, {values[name]} and {value}; the first is kept.")
            if alarm is not None and quantity.alarm is not None and _is_on(alarm, quantity):
                alarms = (quantity.alarm,)
            if alarms:
                values["alarms"] = tuple(dict.fromkeys((*values.get("alarms", ()), *alarms)))
        except DecodeError as refusal:
            refusals.append(str(refusal))
    return values, refusals


def decoded(readings: tuple[Reading, ...], refusals: list[str], cut: Frame) -> Decoded:
    """The readings with all that was refused. Raises DecodeError where values were refused and no reading is left."""
    if refusals and not readings:
        raise DecodeError(" ".join(refusals))
    if cut.refused:
        refusals = [*refusals, cut.refused]
    return Decoded(readings, " ".join(refusals) or None, cut.about, cut.restarted)


def widths(quantities: Mapping[Pair, Quantity]) -> dict[Pair, Width]:
    """The widths by which a frame of these quantities is cut."""
    return {pair: quantity.width for pair, quantity in quantities.items()}


def u(data: bytes) -> int:
    """Unsigned, little-endian."""
    return int.from_bytes(data, "little")


def battery_pct(data: bytes) -> dict[str, Any]:
    """u8, per cent of the battery."""
    if data[0] > 100:
        raise DecodeError(f"A battery of {data[0]} % is not possible.")
    return {"battery_pct": data[0]}


def temperature_c(data: bytes) -> dict[str, Any]:
    """s16 in tenths of a degree Celsius."""
    return {"temperature_c": int.from_bytes(data, "little", signed=True) / 10}


def observed_at(data: bytes) -> dict[str, Any]:
    """u32, Unix seconds by the device's clock."""
    return {"observed_at": datetime.fromtimestamp(u(data), UTC)}


BATTERY = Quantity(1, battery_pct)
TEMPERATURE = Quantity(2, temperature_c, alarm="temperature")


def _about(fields: tuple[Field, ...]) -> About:
    """What the attributes among the fields tell of the device."""
    said = [(ABOUT[kind], data) for (channel, kind), data, _ in fields if channel == ATTRIBUTE and kind in ABOUT]
    return tuple((name, read(data)) for (name, read), data in said)


def _is_on(status: int, quantity: Quantity) -> bool:
    """Whether an alarm twin's status byte says that the alarm is on."""
    if status in quantity.off:
        return False
    if status not in quantity.on:
        raise DecodeError(f"Alarm status {status} is not known.")
    return True


def _is_reply(pair: bytes) -> bool:
    """Whether a pair on one of REPLY_CHANNELS is a reply, not an attribute."""
    return not (pair[0] == 0xFF and (len(pair) < 2 or pair[1] in ATTRIBUTE_WIDTHS))


def _field(payload: bytes, at: int, widths: Mapping[Pair, Width]) -> tuple[Field, int]:
    """The field that begins at byte `at`, and where the next begins."""
    if len(payload) < at + 2:
        raise DecodeError("the frame ends within a field.")
    pair = payload[at], payload[at + 1]
    data_at = at + 2
    width = widths.get(pair)
    is_twin = False
    if not isinstance(width, int):
        width, is_twin = _rarer_width(*pair, payload[data_at:], widths)
    end = data_at + width + is_twin
    if end > len(payload):
        raise DecodeError(f"the frame ends within field {pair[0]:02X} {pair[1]:02X}.")
    if is_twin:
        return ((pair[0] - TWIN, pair[1]), payload[data_at : end - 1], payload[end - 1]), end
    return (pair, payload[data_at:end], None), end


def _rarer_width(channel: int, kind: int, rest: bytes, widths: Mapping[Pair, Width]) -> tuple[int, bool]:
    """Bytes of data of a pair without a fixed width, and whether it is an alarm twin. Raises DecodeError for an unknown pair."""
    if channel == 0xFF:
        return ATTRIBUTE_WIDTHS[kind], False
    width = widths.get((channel, kind))
    if width is not None:
        return (width if isinstance(width, int) else width(rest)), False
    twin = widths.get((channel - TWIN, kind))
    if isinstance(twin, int):
        return twin, True
    raise DecodeError(f"field {channel:02X} {kind:02X} is not one of this model's; it and what follows are not read.")
