"""The frame counters of what was refused, kept apart from the messages, which a storm drops (decision 52)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from streets.store.database import Connection, execute, rows, sql
from streets.store.ledger import Line


class FrameKey(NamedTuple):
    """Which frame. `occurrence` is its time in microseconds since 2000; 0: it told none that can be true."""

    device: str
    session: str
    f_cnt: int
    source: str
    occurrence: int


class RefusedFrame(NamedTuple):
    """A refused frame; without a time of its own it counts as observed when it came."""

    key: FrameKey
    observed_at: datetime
    received_at: datetime


class Room(NamedTuple):
    """How many refused frames of a line of the ledger are kept by number."""

    day: date
    source: str
    device: str
    registered: bool
    told: int


class Told(NamedTuple):
    """Refused frames of a line: `told` are kept by number, of `untold` messages the number is not kept."""

    told: int
    untold: int


def rooms(conn: Connection, lines: Collection[Line]) -> dict[Line, Room]:
    """What is kept of each of the lines."""
    found = rows(conn, "refused_frame_rooms", Room, **_columns(("days", "sources", "devices"), list(lines)))
    return {Line(*room[:3]): room for room in found}


def told_by_day(conn: Connection) -> list[tuple[date, str, int]]:
    """Frames kept by number, by day and source."""
    return conn.execute(sql("refused_frames_told")).fetchall()


def kept(conn: Connection, keys: Collection[FrameKey]) -> set[FrameKey]:
    """Those of the frames that are kept already."""
    asked = _columns(("devices", "sessions", "f_cnts", "sources", "occurrences"), list(keys))
    return {FrameKey(*key) for key in conn.execute(sql("refused_frames_kept"), asked)}


def keep(conn: Connection, frames: Sequence[RefusedFrame], lines: Mapping[Line, Told]) -> None:
    """Keep frames by number, and count to their lines what was kept and what was not."""
    columns = ("devices", "sessions", "f_cnts", "sources", "occurrences", "observed_ats", "received_ats")
    if frames:
        execute(conn, "keep_refused_frames", **_columns(columns, [(*each.key, *each[1:]) for each in frames]))
    counted = [(*line, *told) for line, told in sorted(lines.items())]
    execute(conn, "count_refused_frames", **_columns(("days", "sources", "devices", "told", "untold"), counted))


def untold(conn: Connection, first: date, last: date) -> dict[Line, int]:
    """Messages of each line from the day `first` to `last` whose frame counter is not kept."""
    found = conn.execute(sql("untold_frames"), {"first": first, "last": last})
    return {Line(day, source, device): messages for day, source, device, messages in found}


def _columns(names: Sequence[str], table: Sequence[tuple[object, ...]]) -> dict[str, object]:
    return dict(zip(names, map(list, zip(*table, strict=True)), strict=True))
