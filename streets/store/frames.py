"""Frames of devices by their own counters: which came, and what was counted from them on each day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from streets.frames.days import Day
from streets.frames.runs import Frame
from streets.store.database import Connection, execute, rows

# What a network's clock may be ahead of ours: a frame observed on a day may have come so much before it.
CLOCKS_AHEAD = timedelta(minutes=5)


class ChangedLine(NamedTuple):
    """A line of the ledger whose frames have not been counted since it changed, as it stands."""

    day: date
    source: str
    device: str
    stored: int
    rejected: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """The days of a device that are to be counted: from `since` on, of its frames from `reads_from` on, after the last before."""

    source: str
    device: str
    since: date
    reads_from: date
    last_session: str | None
    last_f_cnt: int | None
    last_at: datetime | None

    @property
    def before(self) -> Frame | None:
        """The device's last frame before those that are read; None where there was none."""
        return _frame(self.last_session, self.last_f_cnt, self.last_at)


class HeardFrame(NamedTuple):
    """A frame that came; `at` is when it was observed, by its own time where it `has_time`."""

    source: str
    device: str
    session: str
    f_cnt: int
    at: datetime
    received_at: datetime
    is_refused: bool
    has_time: bool


class FrameDay(NamedTuple):
    """Frames that a device sent on one UTC day: `heard` came, then or later, `missing` did not. The last one ends the day."""

    source: str
    device: str
    day: date
    heard: int
    missing: int
    last_session: str | None
    last_f_cnt: int | None
    last_at: datetime | None


def frame_day(source: str, device: str, day: Day) -> FrameDay:
    """A device's counted day as a row."""
    last = (day.last.session, day.last.f_cnt, day.last.at) if day.last else (None, None, None)
    return FrameDay(source, device, day.day, day.heard, day.missing, *last)


def changed_lines(conn: Connection) -> list[ChangedLine]:
    """The lines whose frames are to be counted."""
    return rows(conn, "changed_lines", ChangedLine)


def stretches(conn: Connection, lines: Sequence[ChangedLine]) -> list[Stretch]:
    """What is to be counted for these lines, once a device."""
    if not lines:
        return []
    days, sources, devices, _, _ = _columns(lines, 5)
    first = min(line.day for line in lines)
    return rows(conn, "stretches_to_count", Stretch, days=days, sources=sources, devices=devices, first=first)


def heard_frames(conn: Connection, of: Sequence[Stretch]) -> list[HeardFrame]:
    """The frames to be counted, device by device, in the order in which they were observed; refused ones with their copies."""
    sources, devices, reads_from = _columns([(each.source, each.device, each.reads_from) for each in of], 3)
    # Said once for all devices, so that the index by time finds them.
    received_from = datetime.combine(min(each.reads_from for each in of), time(), UTC) - CLOCKS_AHEAD
    return rows(
        conn, "heard_frames", HeardFrame, sources=sources, devices=devices, reads_from=reads_from, received_from=received_from
    )


def keep_frame_days(conn: Connection, of: Sequence[Stretch], days: Iterable[FrameDay]) -> None:
    """Put the counted days in the place of what was counted before."""
    sources, devices, since = _columns([(each.source, each.device, each.since) for each in of], 3)
    execute(conn, "forget_frame_days", sources=sources, devices=devices, since=since)
    names = ("sources", "devices", "days", "heard", "missing", "last_sessions", "last_f_cnts", "last_ats")
    execute(conn, "keep_frame_days", **dict(zip(names, _columns(list(days), len(names)), strict=True)))


def mark_counted(conn: Connection, lines: Sequence[ChangedLine]) -> None:
    """Note that the frames of these lines, as they stood, have been counted."""
    execute(
        conn, "mark_counted", **dict(zip(("days", "sources", "devices", "stored", "rejected"), _columns(lines, 5), strict=True))
    )


def frame_days(conn: Connection, first: date, last: date) -> list[FrameDay]:
    """What was counted for the days from `first` to `last`."""
    return rows(conn, "frame_days", FrameDay, first=first, last=last)


def _frame(session: str | None, f_cnt: int | None, at: datetime | None) -> Frame | None:
    return None if session is None or f_cnt is None or at is None else Frame(session, f_cnt, at)


def _columns(table: Sequence[tuple[object, ...]], width: int) -> list[list[object]]:
    return [list(column) for column in zip(*table, strict=True)] or [[] for _ in range(width)]
