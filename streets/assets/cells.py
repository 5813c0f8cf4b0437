"""How cells of an import file, and fields of a form, are read. Each reader takes a text and raises WrongCellError."""

import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time

IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
DEV_EUI = re.compile(r"[0-9a-f]{16}")
OWN_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,30}/[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}")
USRN = re.compile(r"[0-9]{7,8}")
LONGEST_TEXT = 200
LONGEST_NOTE = 500
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
"""No record of ours is of another time, and not every clock can show all times that there are."""
# A spreadsheet takes a cell that begins so for a formula: files of ours have an apostrophe before it, which is not part of it.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class WrongCellError(ValueError):
    """A text that cannot be what it should be. The message is English; `kind` and `values` let a page say it in its words."""

    def __init__(self, kind: str, what: str, **values: object) -> None:
        super().__init__(what)
        self.kind = kind
        self.values = values


def text(cell: str) -> str:
    """Printable text."""
    if len(cell) > LONGEST_TEXT or not cell.isprintable():
        what = f"{cell[:40]!r} is not printable text of at most {LONGEST_TEXT} characters"
        raise WrongCellError("not_text", what, most=LONGEST_TEXT)
    return cell


def sentences(cell: str) -> str:
    """Text of one or more lines that is not empty, each line printable; a line ends in a line feed alone."""
    told = cell.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not told:
        raise WrongCellError("empty", "it is empty")
    if len(told) > LONGEST_NOTE or not all(line.isprintable() for line in told.split("\n")):
        raise WrongCellError("not_text", f"it is not printable text of at most {LONGEST_NOTE} characters", most=LONGEST_NOTE)
    return told


def name(cell: str) -> str:
    """Printable text that is not empty."""
    if not cell.strip():
        raise WrongCellError("empty", "it is empty")
    return text(cell)


def usrn(cell: str) -> str:
    """A Unique Street Reference Number: 8 digits; of one written with 7 the leading zero is put back (GeoPlace, BS 7666-1)."""
    if not USRN.fullmatch(cell):
        raise WrongCellError("not_usrn", f"{cell[:40]!r} is not a USRN of 8 digits (or 7, without the leading zero)")
    return cell.zfill(8)


def identifier(cell: str) -> str:
    """A name that can stand in a URL."""
    if not IDENTIFIER.fullmatch(cell):
        raise WrongCellError("not_identifier", f"{cell[:80]!r} is not 1 to 64 letters, digits, - or _")
    return cell


def device(cell: str) -> str:
    """A DevEUI in any case, or council/device."""
    if DEV_EUI.fullmatch(cell.lower()):
        return cell.lower()
    if OWN_NAME.fullmatch(cell):
        return cell
    raise WrongCellError("not_device", f"{cell[:80]!r} is neither a DevEUI of 16 hexadecimal digits nor council/device")


def number(least: float, most: float) -> Callable[[str], float]:
    """A number from `least` to `most`."""

    def read(cell: str) -> float:
        try:
            value = float(cell)
        except ValueError as wrong:
            raise WrongCellError("not_number", f"{cell[:40]!r} is not a number") from wrong
        if not (math.isfinite(value) and least <= value <= most):
            what = f"{cell[:40]!r} is not between {least:g} and {most:g}"
            raise WrongCellError("out_of_bounds", what, least=least, most=most)
        return value

    return read


def whole(least: int, most: int) -> Callable[[str], int]:
    """A whole number from `least` to `most`."""

    def read(cell: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,12}", cell):
            raise WrongCellError("not_whole", f"{cell[:40]!r} is not a whole number")
        if not least <= int(cell) <= most:
            raise WrongCellError("out_of_bounds", f"{cell!r} is not between {least} and {most}", least=least, most=most)
        return int(cell)

    return read


def word(*words: str) -> Callable[[str], str]:
    """One of the words."""

    def read(cell: str) -> str:
        if cell not in words:
            offered = ", ".join(words)
            raise WrongCellError("not_one_of", f"{cell[:40]!r} is not one of {offered}", offered=offered)
        return cell

    return read


def flag(cell: str) -> bool:
    """`true` or `false`, in any case."""
    if cell.lower() not in ("true", "false"):
        raise WrongCellError("not_one_of", f"{cell[:40]!r} is neither true nor false", offered="true, false")
    return cell.lower() == "true"


def moment(cell: str) -> datetime:
    """An ISO 8601 time with zone."""
    try:
        at = datetime.fromisoformat(cell)
    except ValueError as wrong:
        what = f"{cell[:40]!r} is not an ISO 8601 time such as 2026-11-22T09:00:00Z"
        raise WrongCellError("not_time", what) from wrong
    if at.tzinfo is None:
        raise WrongCellError("not_time", f"{cell[:40]!r} has no zone: add Z or +01:00")
    return of_our_time(at)


def of_our_time(at: datetime) -> datetime:
    """A time between EARLIEST and LATEST."""
    if not EARLIEST <= at < LATEST:
        raise WrongCellError("not_time", f"{at.isoformat()} is not between {EARLIEST.year} and {LATEST.year}")
    return at


def time_of_day(cell: str) -> time:
    """A local time such as 06:30."""
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", cell):
        raise WrongCellError("not_time_of_day", f"{cell[:40]!r} is not a time of day such as 06:30")
    return time.fromisoformat(cell)


def our_day(cell: str) -> date:
    """A date between EARLIEST and LATEST."""
    found = day(cell)
    if not EARLIEST.date() <= found < LATEST.date():
        raise WrongCellError("not_date", f"{cell!r} is not between {EARLIEST.year} and {LATEST.year}")
    return found


def day(cell: str) -> date:
    """An ISO 8601 date such as 2027-03-31."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", cell):
        raise WrongCellError("not_date", f"{cell[:40]!r} is not a date such as 2027-03-31")
    try:
        return date.fromisoformat(cell)
    except ValueError as wrong:
        raise WrongCellError("not_date", f"{cell!r} is not a date that there is") from wrong


def unescaped(cell: str) -> str:
    """The text without the apostrophe that keeps a spreadsheet from running it, and without spaces around it."""
    cell = cell.strip()
    return cell[1:] if cell[:1] == "'" and _runs(cell[1:]) else cell


def _runs(cell: str) -> bool:
    """Whether a spreadsheet would run a text, or would but for apostrophes before it: these are then part of it."""
    return cell.lstrip("'").startswith(FORMULA_STARTS)


def written(value: object) -> str:
    """A value as its reader would take it; nothing for None."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case time():
            return value.isoformat("minutes")
        case date():
            return value.isoformat()
        case float():
            return repr(value).removesuffix(".0")
        case str():
            return f"'{value}" if _runs(value) else value
    return str(value)
