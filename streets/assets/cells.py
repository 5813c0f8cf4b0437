"""How the cells of an import file are read. Each reader takes the text of a cell and raises ValueError saying what is wrong."""

import math
import re
from collections.abc import Callable
from datetime import datetime, time

IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
DEV_EUI = re.compile(r"[0-9a-f]{16}")
OWN_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,30}/[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}")
LONGEST_TEXT = 200


def text(cell: str) -> str:
    """Printable text."""
    if len(cell) > LONGEST_TEXT or not cell.isprintable():
        raise ValueError(f"{cell[:40]!r} is not printable text of at most {LONGEST_TEXT} characters")
    return cell


def name(cell: str) -> str:
    """Printable text that is not empty."""
    if not cell.strip():
        raise ValueError("it is empty")
    return text(cell)


def identifier(cell: str) -> str:
    """A name that can stand in a URL."""
    if not IDENTIFIER.fullmatch(cell):
        raise ValueError(f"{cell[:80]!r} is not 1 to 64 letters, digits, - or _")
    return cell


def device(cell: str) -> str:
    """A DevEUI in any case, or council/device."""
    if DEV_EUI.fullmatch(cell.lower()):
        return cell.lower()
    if OWN_NAME.fullmatch(cell):
        return cell
    raise ValueError(f"{cell[:80]!r} is neither a DevEUI of 16 hexadecimal digits nor council/device")


def number(least: float, most: float) -> Callable[[str], float]:
    """A number from `least` to `most`."""

    def read(cell: str) -> float:
        try:
            value = float(cell)
        except ValueError as wrong:
            raise ValueError(f"{cell[:40]!r} is not a number") from wrong
        if not (math.isfinite(value) and least <= value <= most):
            raise ValueError(f"{cell[:40]!r} is not between {least:g} and {most:g}")
        return value

    return read


def whole(least: int, most: int) -> Callable[[str], int]:
    """A whole number from `least` to `most`."""

    def read(cell: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,12}", cell):
            raise ValueError(f"{cell[:40]!r} is not a whole number")
        if not least <= int(cell) <= most:
            raise ValueError(f"{cell!r} is not between {least} and {most}")
        return int(cell)

    return read


def word(*words: str) -> Callable[[str], str]:
    """One of the words."""

    def read(cell: str) -> str:
        if cell not in words:
            raise ValueError(f"{cell[:40]!r} is not one of {', '.join(words)}")
        return cell

    return read


def flag(cell: str) -> bool:
    """`true` or `false`, in any case."""
    if cell.lower() not in ("true", "false"):
        raise ValueError(f"{cell[:40]!r} is neither true nor false")
    return cell.lower() == "true"


def moment(cell: str) -> datetime:
    """An ISO 8601 time with zone."""
    try:
        at = datetime.fromisoformat(cell)
    except ValueError as wrong:
        raise ValueError(f"{cell[:40]!r} is not an ISO 8601 time such as 2026-11-22T09:00:00Z") from wrong
    if at.tzinfo is None:
        raise ValueError(f"{cell[:40]!r} has no zone: add Z or +01:00")
    return at


def time_of_day(cell: str) -> time:
    """A local time such as 06:30."""
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", cell):
        raise ValueError(f"{cell[:40]!r} is not a time of day such as 06:30")
    return time.fromisoformat(cell)
