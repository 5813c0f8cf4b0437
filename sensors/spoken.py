"""Readings that a device speaks as a JSON object instead of bytes: every name known, every value within its limits.

msgspec reads what is right at one go; what it cannot take so is looked at name by name, to say what is wrong with it.
"""

import json
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, NamedTuple, TypedDict

from msgspec import Meta, MsgspecError, ValidationError, convert
from msgspec.json import Decoder

from sensors.readings import DecodeError


class Check(NamedTuple):
    """What a JSON value must be: `shape` as a type that msgspec holds it to, `wanted` in words for a person.

    `take` turns it into the value of the reading where that is another, and raises ValueError where it cannot.
    """

    shape: Any
    wanted: str
    take: Callable[[Any], Any] | None = None


class Form:
    """The values that a spoken reading may have, each with its check, and those that it must have."""

    def __init__(self, checks: Mapping[str, Check], required: Collection[str] = ()) -> None:
        """`checks` by the names of the values."""
        self._checks = checks
        self._required = frozenset(required)
        self._takes = [(name, check.take) for name, check in checks.items() if check.take is not None]
        shapes = {name: check.shape for name, check in checks.items()}
        self._decoder: Decoder[dict[str, Any]] = Decoder(TypedDict("Said", shapes, total=False))  # type: ignore[operator]

    def values(self, payload: bytes) -> dict[str, Any]:
        """The values of a spoken reading, checked. Raises DecodeError naming the first value that cannot be taken."""
        said = self._said(payload)
        for name, take in self._takes:
            if name in said:
                try:
                    said[name] = take(said[name])
                except ValueError as wrong:
                    raise self._wanted(name) from wrong
        return said

    def _said(self, payload: bytes) -> dict[str, Any]:
        try:
            said = self._decoder.decode(payload)
        except (MsgspecError, UnicodeDecodeError, RecursionError):
            return self._one_by_one(payload)
        # Each member has a colon: as many as there are values, and no name is unknown or stands twice.
        if not said or payload.count(b":") > len(said) or (self._required and not self._required <= said.keys()):
            return self._one_by_one(payload)
        return said

    def _one_by_one(self, payload: bytes) -> dict[str, Any]:
        """What `_said` could not make out at one go, or the reason why nobody can."""
        reading = _json_object(payload)
        if missing := [name for name in self._checks if name in self._required and name not in reading]:
            raise DecodeError(f"The reading must have {', '.join(missing)}.")
        if not reading:
            raise DecodeError("The reading says nothing.")
        return {name: self._value(name, value) for name, value in reading.items()}

    def _value(self, name: str, value: Any) -> Any:
        check = self._checks.get(name)
        if check is None:
            raise DecodeError(f"{name[:64]!r} is not known here; known are {', '.join(self._checks)}.")
        try:
            return convert(value, check.shape)
        except ValidationError as wrong:
            raise self._wanted(name) from wrong

    def _wanted(self, name: str) -> DecodeError:
        return DecodeError(f"{name} must be {self._checks[name].wanted}.")


def whole(least: int, most: int) -> Check:
    """A whole number within limits."""
    return Check(Annotated[int, Meta(ge=least, le=most)], f"a whole number from {least} to {most}")


def one_of(*values: int) -> Check:
    """One of a few whole numbers."""
    return Check(Literal[values], f"one of {', '.join(map(str, values))}")


def number(least: float, most: float) -> Check:
    """A number within limits; NaN is within none."""
    return Check(Annotated[float, Meta(ge=least, le=most)], f"a number from {least} to {most}")


def word(words: tuple[str, ...]) -> Check:
    """One of the words."""
    return Check(Literal[words], f"one of {', '.join(words)}")


def word_list(words: tuple[str, ...]) -> Check:
    """A list of some of the words, each taken once."""
    return Check(list[Literal[words]], f"a list of words of {', '.join(words)}", _each_once)  # type: ignore[valid-type]


def yes_or_no() -> Check:
    """A JSON true or false."""
    return Check(bool, "true or false")


def text(longest: int) -> Check:
    """Printable text without line breaks."""
    return Check(Annotated[str, Meta(max_length=longest)], f"printable text of at most {longest} characters", _printable)


def whole_hour() -> Check:
    """An ISO 8601 time with zone, on the hour."""
    return Check(str, "an ISO 8601 time with zone, on the hour", _hour)


def monday() -> Check:
    """A Monday, 00:00 UTC."""
    return Check(str, "a Monday, 00:00 UTC", _monday)


def _each_once(words: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


def _printable(value: str) -> str:
    if not value.strip() or not value.isprintable():
        raise ValueError(value)
    return value


def _hour(value: str) -> datetime:
    at = datetime.fromisoformat(value)
    if at.tzinfo is None or (at.minute, at.second, at.microsecond) != (0, 0, 0):
        raise ValueError(value)
    try:
        return at.astimezone(UTC)
    except OverflowError as wrong:
        raise ValueError(value) from wrong


def _monday(value: str) -> datetime:
    at = _hour(value)
    if (at.weekday(), at.hour) != (0, 0):
        raise ValueError(value)
    return at


def _json_object(payload: bytes) -> dict[str, Any]:
    try:
        reading = json.loads(payload.decode(), object_pairs_hook=_once)
    except (ValueError, RecursionError) as wrong:
        raise DecodeError("The reading is not JSON in UTF-8, or names something twice.") from wrong
    if not isinstance(reading, dict):
        raise DecodeError("The reading is not a JSON object.")
    return reading


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a name stands twice")
    return members
