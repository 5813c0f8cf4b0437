"""What is known of the people past counters, line by line: the readings it is worked out from, and the intervals kept of it."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import NamedTuple

from streets.footfall.hours import Counts, Part
from streets.footfall.reports import Finding, Report
from streets.store.database import Connection, column, execute, execute_many, rows, value


@dataclass(frozen=True, slots=True)
class ReopenedLine:
    """A line of a device at a counter to be told again from `since` on."""

    device_id: int
    line: int
    since: datetime


class Line(NamedTuple):
    """A line of a device."""

    device_id: int
    line: int


class KeptInterval(NamedTuple):
    """The columns of `count_interval` beyond its line."""

    start_at: datetime
    end_at: datetime
    people_in: int | None
    people_out: int | None
    known: str
    why: str | None
    told_s: int


@dataclass(frozen=True, slots=True)
class _LineHour:
    hour_start: datetime
    people: int
    seconds: float


class DeviceRestart(NamedTuple):
    """When a device said that it was just switched on or reset."""

    device_id: int
    at: datetime


def keep_restarts(conn: Connection, told: Sequence[DeviceRestart]) -> None:
    """Keep those of counters, and touch these from each new one on."""
    if told:
        device_ids, ats = zip(*told, strict=True)
        execute(conn, "keep_restarts", device_ids=list(device_ids), ats=list(ats))


def note_restarts(conn: Connection, since: datetime) -> None:
    """Keep the joins of counters received since then, and touch the counters from each new one on."""
    execute(conn, "note_restarts", since=since)


def reopened_lines(conn: Connection) -> list[ReopenedLine]:
    """The lines at counters that are to be told again."""
    return rows(conn, "reopened_lines", ReopenedLine)


def lines_between(conn: Connection, since: datetime, until: datetime) -> list[Line]:
    """The lines at counters that said something in [since, until) or of which something is kept, but for those that wait."""
    return rows(conn, "lines_between", Line, since=since, until=until)


def looked_back_to(conn: Connection, line: Line, since: datetime, farthest: datetime, few: int) -> datetime | None:
    """From when on the line has `few` readings of each kind before `since`, not before `farthest`; None: it has none."""
    at: datetime | None = value(conn, "looked_back_to", **line._asdict(), since=since, farthest=farthest, few=few)
    return at


def looked_on_to(conn: Connection, line: Line, until: datetime, farthest: datetime, few: int) -> datetime | None:
    """Up to when the line has `few` readings of each kind from `until` on, before `farthest`; None: it has none."""
    at: datetime | None = value(conn, "looked_on_to", **line._asdict(), until=until, farthest=farthest, few=few)
    return at


def reopen_from(conn: Connection, device_id: int, since: datetime) -> None:
    """What is told again of a reopened device begins there."""
    execute(conn, "reopen_from", device_id=device_id, since=since)


def reports(conn: Connection, line: Line, since: datetime, until: datetime | None = None) -> list[Report]:
    """What the line said since then (and up to `until`, where given), at whatever counter its device stood."""
    return rows(conn, "line_reports", Report, **line._asdict(), since=since, until=until)


def restarts(conn: Connection, device_id: int, since: datetime) -> list[datetime]:
    """When the device joined its network anew."""
    return column(conn, "restarts_of", device_id=device_id, since=since)


def resets(conn: Connection, line: Line, since: datetime, until: datetime) -> list[Finding]:
    """The resets found in [since, until]."""
    return rows(conn, "resets_of", Finding, **line._asdict(), since=since, until=until)


def counted(conn: Connection, line: Line, since: datetime, until: datetime) -> Counts:
    """What the line counted in the hours of [since, until), as far as it is kept."""
    hours = rows(conn, "line_hours", _LineHour, **line._asdict(), since=since, until=until)
    return {hour.hour_start: (hour.people, hour.seconds) for hour in hours}


def oldest(conn: Connection) -> datetime | None:
    """When the oldest of what is known of any line begins; None where nothing is."""
    at: datetime | None = value(conn, "oldest_interval")
    return at


def kept(conn: Connection, line: Line, since: datetime, until: datetime) -> list[KeptInterval]:
    """What is kept of the line in [since, until)."""
    return rows(conn, "kept_intervals", KeptInterval, **line._asdict(), since=since, until=until)


def told(part: Part) -> KeptInterval:
    """A part of an interval as it is kept."""
    one = part.interval
    return KeptInterval(one.start, one.end, one.people_in, one.people_out, one.known, one.why, part.told_s)


def lock(conn: Connection, device_id: int) -> None:
    """Nobody else tells the device's intervals until the transaction ends."""
    execute(conn, "lock_line", device_id=device_id)


def replace(conn: Connection, line: Line, since: datetime, parts: Sequence[KeptInterval], findings: Iterable[Finding]) -> None:
    """Replace what is known of the line from `since` on, and what was found after it."""
    execute(conn, "forget_intervals", **line._asdict(), since=since)
    execute_many(conn, "keep_interval", [{**line._asdict(), **part._asdict()} for part in parts])
    execute(conn, "forget_findings", **line._asdict(), since=since)
    execute_many(conn, "keep_finding", [{**line._asdict(), **asdict(found)} for found in findings])
