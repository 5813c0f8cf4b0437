"""Fields one after another, big-endian, as most makers other than Milesight lay them out: cut, read, and what was refused.

A field says what a person calls it, how many bytes it has, and how they become values of a reading. What stands before a
cut stays; what cannot be is refused in a sentence while the other fields stay.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sensors.readings import CountReading, Decoded, DecodeError, LevelReading, Reading, UnknownPort, Word

Read = Callable[[bytes], dict[str, Any]]
"""Bytes of a field to values of a reading, and under `about` to words of the device; raises DecodeError for what cannot be."""


class Field(NamedTuple):
    """A part of a frame: its name in a sentence, its bytes, and what they say."""

    name: str
    width: int
    read: Read


@dataclass(slots=True)
class Said:
    """What a frame has said so far, as values of one reading, and what of it was refused."""

    values: dict[str, Any] = field(default_factory=dict)
    about: dict[str, Word] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)

    def take(self, read: Read, data: bytes) -> None:
        """Read one field; a value that cannot be, or that is not what the frame said before, is refused."""
        try:
            for name, value in read(data).items():
                if name == "about":
                    self.about |= value
                    continue
                if name == "alarms":
                    value = (*self.values.pop(name, ()), *value)
                if self.values.setdefault(name, value) != value:
                    raise DecodeError(f"The frame says {name} twice, {self.values[name]} and {value}; the first is kept.")
        except DecodeError as refusal:
            self.refusals.append(str(refusal))

    def refuse(self, at: int, words: str) -> None:
        """Note what cannot be read from byte `at` on."""
        self.refusals.append(f"At byte {at}: {words}")

    def level(self) -> Decoded:
        """One level reading, or none where none was said. Raises DecodeError where all that was said is refused."""
        return self._decoded((LevelReading(**self.values),) if self.values else ())

    def count(self) -> Decoded:
        """One count reading, or none where none was said. Raises DecodeError where all that was said is refused."""
        return self._decoded((CountReading(**self.values),) if self.values else ())

    def device(self) -> Decoded:
        """No reading, but what the frame says of the device. Raises DecodeError where all that was said is refused."""
        return self._decoded(())

    def _decoded(self, readings: tuple[Reading, ...]) -> Decoded:
        refused = " ".join(self.refusals) or None
        if refused and not readings and not self.about:
            raise DecodeError(refused)
        return Decoded(readings, refused, tuple(self.about.items()))


def must_come_by(port: int | None, ports: Collection[int], maker: str) -> None:
    """Raise UnknownPort where the frame came by none of `ports`."""
    if port not in ports:
        known = " or ".join(map(str, ports))
        raise UnknownPort(f"{maker} reports on port {known}; this frame came on port {port}.")


def read(payload: bytes, fields: Iterable[Field], at: int = 0) -> Said:
    """What the fields from byte `at` on say, up to where the frame ends; bytes after the last field are refused."""
    said = Said()
    for each in fields:
        end = at + each.width
        if end > len(payload):
            said.refuse(at, f"the frame ends within its {each.name}." if at < len(payload) else f"its {each.name} is missing.")
            return said
        said.take(each.read, payload[at:end])
        at = end
    if at < len(payload):
        said.refuse(at, "bytes follow the last field of this model; they are not read.")
    return said


def u(data: bytes) -> int:
    """Unsigned, big-endian."""
    return int.from_bytes(data, "big")


def unsigned(name: str, times: int = 1) -> Read:
    """An unsigned number, in the reading's unit after multiplying."""
    return lambda data: {name: u(data) * times}


def about(name: str, times: int = 1) -> Read:
    """An unsigned number that tells of the device, in the name's unit after multiplying."""
    return lambda data: {"about": {name: u(data) * times}}


def about_yes(name: str) -> Read:
    """A byte that tells of the device: 0 no, anything else yes."""
    return lambda data: {"about": {name: any(data)}}


def about_version(name: str) -> Read:
    """A version with a byte for each of its numbers."""
    return lambda data: {"about": {name: ".".join(map(str, data))}}


def device_fill_pct(data: bytes) -> dict[str, Any]:
    """u8, per cent by the device's own calibration."""
    if data[0] > 100:
        raise DecodeError(f"A fill level of {data[0]} % is not possible.")
    return {"device_fill_pct": data[0]}


def total(name: str, bits: int) -> Read:
    """An unsigned running total of people, which wraps at 2**bits."""
    return lambda data: {name: u(data), "total_bits": bits}


def tenths(name: str) -> Read:
    """A signed number in tenths."""
    return lambda data: {name: int.from_bytes(data, "big", signed=True) / 10}


def read_past(_: bytes) -> dict[str, Any]:
    """A field that no reading holds."""
    return {}
