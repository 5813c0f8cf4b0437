"""What frames said, added to the store: each reading once, whatever comes again."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from streets.store.copying import packed_rows, together
from streets.store.database import Connection, column, execute
from streets.store.staging import add, stage


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
    device_fill_pct: float | None


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


# The content of counts that whoever told them may correct: of one period the row that was received last holds.
REVISABLE = 0

ReadingRow = LevelRow | CountRow | BumpRow | CoverageRow


# The types of each table's columns, in the order in which they are copied: its key comes first, so that packed rows sort by it.
TIME = "timestamptz"
LEVEL: tuple[str, ...] = ("int4", TIME, "int4", TIME, "text", "int4", "text", "bool", "float4", "float4", "float4", "int4")
LEVEL += ("float4", "text[]", "float4")
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
READINGS: dict[type[ReadingRow], tuple[str, tuple[str, ...]]] = {
    LevelRow: ("level_reading", LEVEL),
    CountRow: ("count_reading", COUNT),
    BumpRow: ("bump", BUMP),
    CoverageRow: ("coverage", COVERAGE),
}

# A reading that comes later than this after its time may have been told before, live or from memory, by another clock.
LIVE_WITHIN = timedelta(minutes=1)


def packed_readings(rows: Sequence[ReadingRow]) -> list[bytes]:
    """Each reading as COPY takes it. Raises NotStorable."""
    if len(kinds := set(map(type, rows))) == 1:
        return packed_rows(READINGS[kinds.pop()][1], rows)
    of_kind: dict[type[ReadingRow], list[ReadingRow]] = defaultdict(list)
    for row in rows:
        of_kind[type(row)].append(row)
    packed = {kind: iter(packed_rows(READINGS[kind][1], of)) for kind, of in of_kind.items()}
    return [next(packed[type(row)]) for row in rows]


def add_readings(conn: Connection, rows: Sequence[ReadingRow], packed: Sequence[bytes] | None = None) -> None:
    """Store the readings (`packed`: each as COPY takes it, where that is known already) that are new, each in its own table."""
    of_kind: dict[type[ReadingRow], list[bytes]] = defaultdict(list)
    revised: list[CountRow] = []
    late: list[CountRow] = []
    for row, raw in zip(rows, packed_readings(rows) if packed is None else packed, strict=True):
        if not isinstance(row, CountRow) or not (row.content == REVISABLE or _may_be_told_again(row)):
            of_kind[type(row)].append(raw)
        elif row.content == REVISABLE:
            revised.append(row)
        else:
            late.append(row)
    _revise(conn, revised)
    for kind in READINGS:
        _add_packed(conn, kind, of_kind[kind])
    # Each clock's readings by themselves: the second are compared with what is stored of the first.
    for by_device in (False, True):
        told = [row for row in late if (row.time_source == "device") is by_device]
        _add_packed(conn, CountRow, packed_readings(_without_told_before(conn, told, by_device)))


def touch(conn: Connection, since: dict[int, datetime]) -> None:
    """Tell the jobs from when on each device (by device_id) has readings that they have not looked at."""
    if since:
        execute(conn, "touch", device_ids=list(since), sinces=list(since.values()))


def last_told(rows: Iterable[CountRow]) -> list[CountRow]:
    """Of revisable rows the last that was received of each period."""
    return list({row[:4]: row for row in sorted(rows, key=lambda row: row.received_at)}.values())


def _revise(conn: Connection, rows: Sequence[CountRow]) -> None:
    if rows and not _added(conn, CountRow, packed_readings(last_told(rows))):
        execute(conn, "revise_staged_count_reading")


def _add_packed(conn: Connection, kind: type[ReadingRow], packed: Sequence[bytes]) -> None:
    table, _ = READINGS[kind]
    if packed and not _added(conn, kind, packed):
        execute(conn, f"keep_staged_{table}")


def _added(conn: Connection, kind: type[ReadingRow], packed: Sequence[bytes]) -> bool:
    """Whether all were new, and are added; if not they are staged."""
    (table, _), rows = READINGS[kind], together(packed)
    if add(conn, table, rows):
        return True
    stage(conn, table, rows)
    return False


def _may_be_told_again(row: CountRow) -> bool:
    """Whether a count may be one that came live and comes again from the device's memory: then one of the two comes late."""
    return row.period_s is not None and row.received_at - row.observed_at > LIVE_WITHIN


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
