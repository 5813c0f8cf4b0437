"""What a transparency record is made of: what is live of a council, and what the council itself says."""

from dataclasses import dataclass
from datetime import date, datetime

from streets.store.database import Connection, execute, row, rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A council and its names."""

    council: str
    name: str
    name_cy: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A council as it is: bins by what is known of them, orders in force, and what was planned and told since a moment.

    `visit_every_days` is the middle interval of the schedule, None where there are no bins.
    """

    bins: int
    bins_measured: int
    bins_silent: int
    bins_unsuitable: int
    bins_not_measurable: int
    bins_without_sensor: int
    visit_every_days: float | None
    vehicles: int
    bins_must: int
    bins_cannot: int
    plans: int
    plans_of_crews: int
    visits: int
    taps: int
    sites_published: int
    sites_withheld: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """Trees and the simpler rule beside them. Errors are mean absolute ones in points of fill; None where there are no trees."""

    grown_at: datetime
    used: bool
    error_pct: float | None
    simple_error_pct: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TreesGrown(Grown):
    """Trees for so many hours ahead."""

    ahead_h: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """An answer that only the council can give; empty where it was taken back."""

    field: str
    said: str
    told_at: datetime


def councils(conn: Connection) -> list[Named]:
    """Every council by name."""
    return rows(conn, "transparency_councils", Named)


def figures(conn: Connection, council: str, on_day: date, since: datetime) -> Figures:
    """What is live of a council on a day, with plans, visits and taps since a moment."""
    (found,) = rows(conn, "transparency_figures", Figures, council=council, on_day=on_day, since=since)
    return found


def trees(conn: Connection, council: str) -> list[TreesGrown]:
    """The council's trees by hours ahead."""
    return rows(conn, "transparency_trees", TreesGrown, council=council)


def collection_trees(conn: Connection, council: str) -> Grown | None:
    """The trees that tell what a collection will find, or None where none were ever grown."""
    return row(conn, "transparency_collection_trees", Grown, council=council)


def statements(conn: Connection, council: str, tool: str) -> dict[str, Statement]:
    """What the council says of a tool, by field."""
    return {each.field: each for each in rows(conn, "transparency_statements", Statement, council=council, tool=tool)}


def say(conn: Connection, council: str, tool: str, field: str, said: str, told_by: str, at: datetime) -> None:
    """Keep what the council says."""
    execute(conn, "transparency_statement_add", council=council, tool=tool, field=field, said=said, told_by=told_by, told_at=at)
