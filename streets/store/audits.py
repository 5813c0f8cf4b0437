"""What is derived beside the readings it was derived from, for audits; and what audits found."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Literal

from psycopg.types.json import Jsonb

from streets.bins.fill import Fill, Mount
from streets.store.database import Connection, column, execute, row, rows, stream, value

What = Literal["count_intervals", "count_hours", "published_hours", "fills", "emptyings"]

EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class HoursCompared:
    """Hourly counts as kept against the readings; `hours` are the starts of those in which anything differs."""

    compared: int
    differed: int
    hours: list[datetime]
    examples: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class PublishedCompared:
    """Published hours against the readings; `counters` are those of which anything differs."""

    compared: int
    differed: int
    counters: list[str]
    examples: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class FillBeside:
    """A fill as kept (if `is_kept`), and what the sensor said then (if `is_told`) with the installation record of the time."""

    bin_id: str
    observed_at: datetime
    is_kept: bool
    fill_pct: float | None
    not_measurable: str | None
    is_told: bool
    distance_mm: int | None
    cannot_measure: str | None
    tilted: bool | None
    alarms: list[str] | None
    empty_mm: int | None
    full_mm: int | None
    blind_zone_mm: int | None
    max_range_mm: int | None

    @property
    def kept(self) -> Fill | None:
        """The fill as kept."""
        return Fill(self.fill_pct, self.not_measurable) if self.is_kept else None

    @property
    def mount(self) -> Mount | None:
        """The installation record's measures; None where no sensor spoke."""
        if self.empty_mm is None or self.full_mm is None or self.blind_zone_mm is None:
            return None
        return Mount(self.empty_mm, self.full_mm, self.blind_zone_mm, self.max_range_mm)


@dataclass(frozen=True, slots=True)
class EmptyingsKept:
    """The falls that a bin's sensor showed, and the bin's emptyings, in Unix seconds, ascending."""

    bin_id: str
    fell_at_s: list[float]
    emptied_at_s: list[float]


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit found of one UTC day: rows compared, those that differed, those of them that agree after the repair."""

    what: What
    day: date
    compared: int
    differed: int
    repaired: int
    examples: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Audited:
    """What an audit found of one kind on the days from `first_day` to `last_day`, perhaps not all of them."""

    begun_at: datetime
    what: What
    first_day: date
    last_day: date
    compared: int
    differed: int
    repaired: int


def compare_count_hours(conn: Connection, since: datetime, until: datetime) -> HoursCompared:
    """The hourly counts of [since, until), two whole hours."""
    found = row(conn, "compare_count_hours", HoursCompared, since=since, until=until, examples=EXAMPLES)
    return found or HoursCompared(0, 0, [], [])


def compare_published_hours(conn: Connection, since: datetime, until: datetime) -> PublishedCompared:
    """The published hours of [since, until), two whole hours."""
    found = row(conn, "compare_published_hours", PublishedCompared, since=since, until=until, examples=EXAMPLES)
    return found or PublishedCompared(0, 0, [], [])


def fills_beside(conn: Connection, since: datetime, until: datetime) -> Iterator[FillBeside]:
    """Every fill of [since, until) beside what the sensor said, by bin and time; only some thousand at once are in memory."""
    return stream(conn, "compare_fills", FillBeside, since=since, until=until)


def emptyings_kept(conn: Connection, since: datetime, until: datetime, settled: datetime) -> list[EmptyingsKept]:
    """The falls and emptyings of [since, until), bin by bin; those with unseen readings from before `settled` are left out."""
    return rows(conn, "emptyings_kept", EmptyingsKept, since=since, until=until, settled=settled)


def keep(conn: Connection, begun_at: datetime, found: Audit) -> None:
    """Keep what the audit that began then found of a day."""
    execute(conn, "keep_audit", begun_at=begun_at, **asdict(found) | {"examples": Jsonb(found.examples)})


def days_of(conn: Connection, begun_at: datetime) -> list[date]:
    """The days that the audit that began then has looked at."""
    return column(conn, "audited_days", begun_at=begun_at)


def oldest_day(conn: Connection) -> date | None:
    """The day from which on anything is derived; None where nothing is."""
    day: date | None = value(conn, "oldest_day")
    return day


def longest_unaudited(conn: Connection, since: date, until: date, most: int) -> list[date]:
    """The days of [since, until) whose last audit lies longest back."""
    return column(conn, "longest_unaudited", since=since, until=until, most=most)


def last(conn: Connection) -> list[Audited]:
    """What the last audit found, by kind; nothing where there never was one."""
    return rows(conn, "last_audit", Audited)
