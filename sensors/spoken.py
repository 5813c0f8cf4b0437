"""Readings that a device speaks as a JSON object instead of bytes: every name known, every value within its limits.

A check takes a JSON value and returns the value of the reading, or raises ValueError with what it should have been.
"""

import json
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from sensors.readings import DecodeError

Check = Callable[[Any], Any]


def values(payload: bytes, checks: Mapping[str, Check], required: Collection[str] = ()) -> dict[str, Any]:
    """The values of a spoken reading, checked. Raises DecodeError naming the first value that cannot be taken."""
    reading = json_object(payload)
    missing = [name for name in required if name not in reading] if required else ()
    if missing:
        raise DecodeError(f"The reading must have {', '.join(missing)}.")
    said = {}
    for name, value in reading.items():
        check = checks.get(name)
        if check is None:
            raise DecodeError(f"{name[:64]!r} is not known here; known are {', '.join(checks)}.")
        try:
            said[name] = check(value)
        except ValueError as wrong:
            raise DecodeError(f"{name} must be {wrong}.") from wrong
    if not said:
        raise DecodeError("The reading says nothing.")
    return said


def whole(least: int, most: int) -> Check:
    """A whole number within limits."""

    def check(value: Any) -> int:
        if type(value) is not int or not least <= value <= most:
            raise ValueError(f"a whole number from {least} to {most}")
        return value

    return check


def one_of(*values: int) -> Check:
    """One of a few whole numbers."""

    def check(value: Any) -> int:
        if type(value) is not int or value not in values:
            raise ValueError(f"one of {', '.join(map(str, values))}")
        return value

    return check


def number(least: float, most: float) -> Check:
    """A number within limits; NaN is within none."""

    def check(value: Any) -> float:
        if type(value) not in (int, float) or not least <= value <= most:
            raise ValueError(f"a number from {least} to {most}")
        return float(value)

    return check


def word(words: Collection[str]) -> Check:
    """One of the words."""

    def check(value: Any) -> str:
        if not isinstance(value, str) or value not in words:
            raise ValueError(f"one of {', '.join(words)}")
        return value

    return check


def word_list(words: Collection[str]) -> Check:
    """A list of some of the words, each once."""

    def check(value: Any) -> tuple[str, ...]:
        if not isinstance(value, list) or any(not isinstance(item, str) or item not in words for item in value):
            raise ValueError(f"a list of words of {', '.join(words)}")
        return tuple(dict.fromkeys(value))

    return check


def yes_or_no(value: Any) -> bool:
    """A JSON true or false."""
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def text(longest: int) -> Check:
    """Printable text without line breaks."""

    def check(value: Any) -> str:
        if not isinstance(value, str) or not value.strip() or len(value) > longest or not value.isprintable():
            raise ValueError(f"printable text of at most {longest} characters")
        return value

    return check


def whole_hour(value: Any) -> datetime:
    """An ISO 8601 time with zone, on the hour."""
    wanted = "an ISO 8601 time with zone, on the hour"
    try:
        at = datetime.fromisoformat(value).astimezone(UTC) if isinstance(value, str) and _has_zone(value) else None
    except (ValueError, OverflowError) as wrong:
        raise ValueError(wanted) from wrong
    if at is None or (at.minute, at.second, at.microsecond) != (0, 0, 0):
        raise ValueError(wanted)
    return at


def monday(value: Any) -> datetime:
    """A Monday, 00:00 UTC."""
    at = whole_hour(value)
    if (at.weekday(), at.hour) != (0, 0):
        raise ValueError("a Monday, 00:00 UTC")
    return at


def _has_zone(value: str) -> bool:
    return datetime.fromisoformat(value).tzinfo is not None


def json_object(payload: bytes) -> dict[str, Any]:
    """The payload as a JSON object. Raises DecodeError."""
    try:
        text = payload.strip().decode("utf-8")
        reading, end = JSON.raw_decode(text)
        if end < len(text):
            raise ValueError("more than one value")
        # Each member has a colon: as many as there are names, and none stands twice. Else they are looked through.
        if isinstance(reading, dict) and text.count(":") > len(reading):
            json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as wrong:
        raise DecodeError("The reading is not JSON in UTF-8, or names something twice.") from wrong
    if not isinstance(reading, dict):
        raise DecodeError("The reading is not a JSON object.")
    return reading


def _once(pairs: list[tuple[str, Any]]) -> None:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a name stands twice")


JSON = json.JSONDecoder()
