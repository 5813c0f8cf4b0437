"""What arrived, added to the store: frames and readings are inserted once, whatever comes again.

A batch is copied straight into its table; only when some of it is stored already does it take the way through a temporary table.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.errors import UniqueViolation

from streets.log import SPARING
from streets.store.copying import packed
from streets.store.database import Connection, column, execute, rows, sql, value


class UplinkRow(NamedTuple):
    """A frame as received: the columns of `uplink`; the first five are its identity."""

    device: str
    session: str
    f_cnt: int
    source: str
    occurrence: int
    kind: str
    f_port: int | None
    payload: bytes
    observed_at: datetime
    time_source: str
    received_at: datetime
    device_id: int | None
    readings: int
    note: str | None


class LevelRow(NamedTuple):
    """The columns of `level_reading`; the first three are its identity."""

    device_id: int
    observed_at: datetime
    content: int
    received_at: datetime
    time_source: str
    distance_mm: int | None
    cannot_measure: str | None
    tilted: bool | None
    tilt_deg: float | None
    temperature_c: float | None
    battery_pct: float | None
    battery_mv: int | None
    signal: float | None
    alarms: list[str] | None


class CountRow(NamedTuple):
    """The columns of `count_reading`; the first four are its identity."""

    device_id: int
    period_start: datetime
    line: int
    content: int
    observed_at: datetime
    received_at: datetime
    time_source: str
    period_s: int | None
    people_in: int | None
    people_out: int | None
    total_in: int | None
    total_out: int | None
    total_bits: int | None
    fault: str | None
    temperature_c: float | None
    battery_pct: float | None
    battery_mv: int | None
    alarms: list[str] | None


class BumpRow(NamedTuple):
    """The columns of `bump`; the first is its identity."""

    bump_key: UUID
    council: str
    reporter: str
    lat: float
    lon: float
    hour_start: datetime
    severity_g: float
    heading_octant: int | None
    speed_band: str | None
    quality: float | None
    received_at: datetime


class CoverageRow(NamedTuple):
    """The columns of `coverage`; the first is its identity."""

    coverage_key: UUID
    council: str
    reporter: str
    street: str
    week_start: datetime
    passes: int
    received_at: datetime


ReadingRow = LevelRow | CountRow | BumpRow | CoverageRow


# The types of each table's columns, in the order in which they are copied: its key comes first, so that packed rows sort by it.
TIME = "timestamptz"
UPLINK = ("text", "text", "int8", "text", "int8", "text", "int2", "bytea", TIME, "text", TIME, "int4", "int2", "text")
LEVEL = ("int4", TIME, "int4", TIME, "text", "int4", "text", "bool", "float4", "float4", "float4", "int4", "float4", "text[]")
COUNT: tuple[str, ...] = (
    "int4",
    TIME,
    "int2",
    "int4",
    TIME,
    TIME,
    "text",
    "int4",
    "int4",
    "int4",
    "int8",
    "int8",
    "int2",
    "text",
)
COUNT += ("float4", "float4", "int4", "text[]")
BUMP = ("uuid", "text", "text", "float8", "float8", TIME, "float4", "int2", "text", "float4", TIME)
COVERAGE = ("uuid", "text", "text", "text", TIME, "int4", TIME)
READINGS = {
    LevelRow: ("level_reading", LEVEL),
    CountRow: ("count_reading", COUNT),
    BumpRow: ("bump", BUMP),
    CoverageRow: ("coverage", COVERAGE),
}

# Copies of one transmission carry times that differ by what gateways and servers take; a restarted device takes longer.
COPIES_WITHIN = timedelta(minutes=1)
KEY = itemgetter(slice(0, 5))
FRAMES = ("up", "mac")
# A device that repeats one counter for ever is not remembered for ever.
DOUBTFUL_AT_MOST = 10

log = logging.getLogger(__name__)


def add_uplinks(conn: Connection, frames: Sequence[UplinkRow]) -> list[bool]:
    """Store the frames that are new; tell of each whether it was.

    A frame whose key is taken is a copy, unless it has other bytes, or the same at another time and the counter fell in between.
    """
    first = dict(zip(map(KEY, reversed(frames)), reversed(frames), strict=True))
    beside = [] if len(first) == len(frames) else [row for row in frames if not _is_copy(first[row[:5]], row)]
    stored = set(first)
    if first and not _add(conn, "uplink", UPLINK, list(first.values())):
        stored = set(_keys(conn, "keep_staged_uplink"))
        beside += [first[key] for key in _keys(conn, "staged_beside_kept", copies_within=COPIES_WITHIN)]
    new = {id(first[key]) for key in stored} | {id(row) for row in beside if _keep_beside(conn, row)}
    return [id(row) in new for row in frames]


def keep_restarted(conn: Connection, frames: Sequence[UplinkRow]) -> list[UplinkRow]:
    """Those copies in doubt that these frames, kept or not, show to be frames of their own: each is stored by this."""
    told = [row for row in frames if row.kind in FRAMES and row.source != "direct"]
    if not told or not value(conn, "any_doubtful_copy"):
        return []
    doubtful = rows(
        conn,
        "doubtful_copies_around",
        UplinkRow,
        devices=[row.device for row in told],
        sessions=[row.session for row in told],
        f_cnts=[row.f_cnt for row in told],
        sources=[row.source for row in told],
        times=[row.observed_at for row in told],
    )
    return [row for row in doubtful if _keep_beside(conn, row)]


def add_readings(conn: Connection, rows: Iterable[ReadingRow]) -> None:
    """Store the readings that are new, each in its own table."""
    of_kind = defaultdict(list)
    for row in rows:
        of_kind[type(row)].append(row)
    late = [row for row in of_kind[CountRow] if isinstance(row, CountRow) and _may_be_told_again(row)]
    if late:
        of_kind[CountRow] = [row for row in of_kind[CountRow] if isinstance(row, CountRow) and not _may_be_told_again(row)]
    for kind, same in of_kind.items():
        _add_readings(conn, kind, same)
    # Each clock's readings by themselves: the second are compared with what is stored of the first.
    for by_device in (False, True):
        told = [row for row in late if (row.time_source == "device") is by_device]
        _add_readings(conn, CountRow, _without_told_before(conn, told, by_device))


def touch(conn: Connection, since: dict[int, datetime]) -> None:
    """Tell the jobs from when on each device (by device_id) has readings that they have not looked at."""
    if since:
        execute(conn, "touch", device_ids=list(since), sinces=list(since.values()))


def _add_readings(conn: Connection, kind: type, rows: Sequence[ReadingRow]) -> None:
    table, types = READINGS[kind]
    if rows and not _add(conn, table, types, rows):
        execute(conn, f"keep_staged_{table}")


def _may_be_told_again(row: CountRow) -> bool:
    """Whether a count may be one that came live and comes again from the device's memory: then one of the two comes late."""
    return row.period_s is not None and row.received_at - row.observed_at > COPIES_WITHIN


def _without_told_before(conn: Connection, rows: Sequence[CountRow], by_device: bool) -> list[CountRow]:
    """Those of the counts that are not stored already by the other clock, which seldom agrees to the second."""
    if not rows:
        return []
    told_before = column(
        conn,
        "periods_told_before",
        device_ids=[row.device_id for row in rows],
        period_starts=[row.period_start for row in rows],
        lines=[row.line for row in rows],
        contents=[row.content for row in rows],
        periods_s=[row.period_s for row in rows],
        by_device=[by_device] * len(rows),
    )
    known = set(told_before)
    return [row for at, row in enumerate(rows) if at not in known]


def _is_copy(kept: UplinkRow, row: UplinkRow) -> bool:
    """Whether two frames of one key are one transmission, as far as the two alone can tell; the network's events always are."""
    same_bytes = (kept.f_port, kept.payload) == (row.f_port, row.payload)
    same_time = "received" in (kept.time_source, row.time_source) or abs(kept.observed_at - row.observed_at) <= COPIES_WITHIN
    return kept is row or row.kind not in FRAMES or (same_bytes and same_time)


def _keys(conn: Connection, query: str, **values: object) -> list[tuple[Any, ...]]:
    return conn.execute(sql(query), values).fetchall()


def _keep_beside(conn: Connection, row: UplinkRow) -> bool:
    """Keep one more frame of a counter that is taken, and note why there are several; whether it was new.

    A copy that has another time is remembered: a frame that comes later may show that it was none.
    """
    counter = {"device": row.device, "session": row.session, "f_cnt": row.f_cnt, "source": row.source}
    execute(conn, "lock_counter", **counter)
    if not execute(conn, "keep_beside", copies_within=COPIES_WITHIN, **row._asdict()):
        execute(conn, "doubt_copy", copies_within=COPIES_WITHIN, most=DOUBTFUL_AT_MOST, **row._asdict())
        return False
    execute(conn, "flag_counter", **counter)
    if SPARING.may_say("counter_conflict"):
        log.warning("a counter stands on several frames", extra=counter | {"reason": "counter_conflict"})
    return True


def _add(conn: Connection, table: str, types: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> bool:
    """Copy the rows into the table, or, when it has some of them already, into its staging room; whether it was the former.

    Packed rows are sorted by key, which is kind to the index and keeps two writers from waiting for each other in a ring.
    """
    copy = packed(types, rows)
    # Not conn.transaction(): as the first thing done on a connection that would be the transaction itself, and commit.
    execute(conn, "begin_copy")
    try:
        _copy(conn, f"copy_{table}", copy)
    except UniqueViolation:
        execute(conn, "undo_copy")
        execute(conn, "unstage")
        execute(conn, f"stage_{table}")
        _copy(conn, f"copy_staged_{table}", copy)
        return False
    return True


def _copy(conn: Connection, query: str, rows: bytes) -> None:
    with conn.cursor() as cursor, cursor.copy(sql(query)) as copy:
        copy.write(rows)
