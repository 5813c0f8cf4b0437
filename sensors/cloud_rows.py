"""What a cloud says of one post in one interval: a JSON object. Names not known here are left: clouds add new ones."""

import json
from datetime import UTC, datetime
from typing import Any

from sensors.readings import DecodeError

PEOPLE_AT_MOST = 1_000_000


def said(payload: bytes) -> dict[str, Any]:
    """The object. Raises DecodeError."""
    try:
        found = json.loads(payload)
    except (ValueError, RecursionError) as wrong:
        raise DecodeError("What the cloud says is not JSON in UTF-8.") from wrong
    if not isinstance(found, dict):
        raise DecodeError("What the cloud says is not a JSON object.")
    return found


def moment(told: dict[str, Any], name: str) -> datetime:
    """A time with zone, in UTC. Raises DecodeError."""
    try:
        at = datetime.fromisoformat(told[name])
        if at.tzinfo is not None:
            return at.astimezone(UTC)
    except (KeyError, TypeError, ValueError, OverflowError) as wrong:
        raise DecodeError(f"{name} must be an ISO 8601 time with zone.") from wrong
    raise DecodeError(f"{name} must be an ISO 8601 time with zone.")


def amount(value: Any, name: str, most: float) -> float:
    """A number from 0 to `most`; null is none. Raises DecodeError."""
    if type(value) not in (int, float) or not 0 <= value <= most:
        raise DecodeError(f"{name} must be a number from 0 to {most:g}.")
    return float(value)


def whole(value: Any, name: str) -> int:
    """A whole number of people. Raises DecodeError."""
    found = amount(value, name, PEOPLE_AT_MOST)
    if found != int(found):
        raise DecodeError(f"{name} must be a whole number.")
    return int(found)
