"""What arrived, added to the store: frames and readings are inserted once, whatever comes again.

A batch is copied straight into its table; only when some of it is stored already does it take the way through a temporary table.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.errors import UniqueViolation

from streets.store.database import Connection, column, execute, execute_many, sql


class UplinkRow(NamedTuple):
    """A frame as received: the columns of `uplink`, in the order in which they are copied."""

    frame_key: UUID
    received_at: datetime
    observed_at: datetime
    time_source: str
    source: str
    kind: str
    device_id: int | None
    device: str
    session: str
    f_cnt: int
    f_port: int | None
    payload: bytes
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


@dataclass(frozen=True, slots=True)
class _Table:
    """A table that rows are copied into: its name, the types of its columns, and the key of a row, to tell and to order by."""

    name: str
    types: tuple[str, ...]
    key: Callable[[Any], Any]


_TIME = "timestamptz"
_UPLINK = _Table(
    "uplink",
    ("uuid", _TIME, _TIME, "text", "text", "text", "int4", "text", "text", "int8", "int2", "bytea", "int2", "text"),
    attrgetter("frame_key.bytes"),
)
_LEVEL = _Table(
    "level_reading",
    ("int4", _TIME, "int4", _TIME, "text", "int4", "text", "bool", "float4", "float4", "float4", "int4", "float4", "text[]"),
    itemgetter(0, 1, 2),
)
_COUNT = _Table(
    "count_reading",
    ("int4", _TIME, "int2", "int4", _TIME, _TIME, "text", "int4", "int4", "int4", "int8", "int8", "int2", "text")
    + ("float4", "float4", "int4", "text[]"),
    itemgetter(0, 1, 2, 3),
)
_BUMP = _Table(
    "bump",
    ("uuid", "text", "text", "float8", "float8", _TIME, "float4", "int2", "text", "float4", _TIME),
    attrgetter("bump_key.bytes"),
)
_COVERAGE = _Table("coverage", ("uuid", "text", "text", "text", _TIME, "int4", _TIME), attrgetter("coverage_key.bytes"))
_TABLE_OF = {LevelRow: _LEVEL, CountRow: _COUNT, BumpRow: _BUMP, CoverageRow: _COVERAGE}


def add_uplinks(conn: Connection, rows: Collection[UplinkRow]) -> set[UUID]:
    """Store the frames that are new; return their keys."""
    if _add(conn, _UPLINK, rows):
        return {row.frame_key for row in rows}
    return set(column(conn, "keep_staged_uplink"))


def add_readings(conn: Connection, rows: Collection[ReadingRow]) -> None:
    """Store the readings that are new, each in its own table."""
    for kind, table in _TABLE_OF.items():
        of_kind = [row for row in rows if type(row) is kind]
        if of_kind and not _add(conn, table, of_kind):
            execute(conn, f"keep_staged_{table.name}")


def mark_counter_conflicts(conn: Connection, frame_keys: Collection[UUID]) -> None:
    """Note `counter_conflict` on those frames whose counter is taken by an earlier one with other bytes."""
    execute(conn, "mark_counter_conflicts", frame_keys=list(frame_keys))


def touch(conn: Connection, since: dict[int, datetime]) -> None:
    """Tell the jobs from when on each device (by device_id) has readings that they have not looked at."""
    execute_many(conn, "touch", [{"device_id": device_id, "since": at} for device_id, at in sorted(since.items())])


def _add(conn: Connection, table: _Table, rows: Collection[tuple[object, ...]]) -> bool:
    """Copy the rows into the table, or, when it has some of them already, into its staging room; whether it was the former.

    Sorted by key, which is kind to the index and keeps two writers from waiting for each other.
    """
    once = sorted({table.key(row): row for row in rows}.values(), key=table.key)
    # Not conn.transaction(): as the first thing done on a connection that would be the transaction itself, and commit.
    execute(conn, "begin_copy")
    try:
        _copy(conn, f"copy_{table.name}", table.types, once)
    except UniqueViolation:
        execute(conn, "undo_copy")
        execute(conn, f"stage_{table.name}")
        _copy(conn, f"copy_staged_{table.name}", table.types, once)
        return False
    return True


def _copy(conn: Connection, query: str, types: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> None:
    with conn.cursor() as cursor, cursor.copy(sql(query)) as copy:
        copy.set_types(types)
        for row in rows:
            copy.write_row(row)
