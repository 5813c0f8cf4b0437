"""Places, their counters as they stand now, what is usual there, and their hours."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from streets.footfall.busyness import CounterNow
from streets.footfall.counts import CountedHour, Spell
from streets.footfall.forecast import ErrorBand
from streets.footfall.health import Unfit
from streets.footfall.usual import Usual
from streets.store.database import Connection, execute, execute_many, row, rows

# The longest period a counter reports (an hour) and its grace, and the 60 minutes that are summed.
NOW_NEEDS = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Place:
    """A named piece of a town whose footfall is told as one."""

    place_id: str
    council: str
    name: str
    name_cy: str | None
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class CounterPost:
    """A counter of a place. `in_label` and `out_label` say where people go who count as in and out; None: nobody said."""

    counter_id: str
    name: str
    in_label: str | None
    out_label: str | None


@dataclass(frozen=True, slots=True)
class PlaceHour:
    """One hour of one counter of a place; `unfit` is dead, stuck, imputed or None.

    `people`, and each direction, are with the `estimated_people`; they say nothing unless `is_known`. Of `gap_s` seconds of the
    hour it is not known who passed, because of `gap_why` (streets.footfall.reports). `revision` counts the changes after it was
    published; `was_people` (None: not known) and `was_covered_s` were published first.
    """

    counter_id: str
    place_id: str
    name: str
    in_label: str | None
    out_label: str | None
    hour_start: datetime
    people: int
    people_in: int | None
    people_out: int | None
    is_known: bool
    covered_s: int
    estimated_people: int
    estimated_s: int
    gap_s: int
    gap_why: str | None
    unfit: str | None
    revision: int
    revised_at: datetime | None
    was_people: int | None
    was_covered_s: int | None


@dataclass(frozen=True, slots=True)
class _Installed:
    counter_id: str
    place_id: str
    sources: list[str]
    doubted: bool
    not_counted_why: str | None


@dataclass(frozen=True, slots=True)
class _PlaceBand:
    place_id: str
    hours_ahead: int
    by_day: bool
    low_ratio: float
    high_ratio: float
    errors: int


@dataclass(frozen=True, slots=True)
class _CounterUsual:
    counter_id: str
    hour_of_week: int
    people: float


def places(conn: Connection) -> list[Place]:
    """Every place, by name."""
    return rows(conn, "places", Place)


def place(conn: Connection, place_id: str) -> Place | None:
    """One place, or None."""
    return row(conn, "place", Place, place_id=place_id)


def counters_now(
    conn: Connection, at: datetime, place_id: str | None = None, hours_of_week: Iterable[int] | None = None
) -> dict[str, list[CounterNow]]:
    """The counters as they stand, by place: of one place or of all, with the usual of some hours of the week or of all."""
    usual: dict[str, dict[int, float]] = defaultdict(dict)
    hours = None if hours_of_week is None else list(hours_of_week)
    for known in rows(conn, "usual_of_counters", _CounterUsual, place_id=place_id, hours=hours):
        usual[known.counter_id][known.hour_of_week] = known.people
    spells: dict[str, list[Spell]] = defaultdict(list)
    for spell in rows(conn, "spells", Spell, since=at - NOW_NEEDS, at=at):
        spells[spell.counter_id].append(spell)
    by_place: dict[str, list[CounterNow]] = defaultdict(list)
    for found in rows(conn, "counters_installed", _Installed, at=at, place_id=place_id):
        counter_id = found.counter_id
        by_place[found.place_id].append(
            CounterNow(
                counter_id=counter_id,
                sources=frozenset(found.sources),
                spells=spells[counter_id],
                usual=usual[counter_id],
                doubted=found.doubted,
                not_counted_why=found.not_counted_why,
            )
        )
    return by_place


def counters_of_place(conn: Connection, place_id: str, at: datetime) -> list[CounterPost]:
    """The counters of one place, by name, with their directions as they are called at `at`."""
    return rows(conn, "counters_of_place", CounterPost, place_id=place_id, at=at)


def error_bands(conn: Connection) -> dict[str, list[ErrorBand]]:
    """How far the forecasts of every place were off."""
    by_place: dict[str, list[ErrorBand]] = defaultdict(list)
    for found in rows(conn, "error_bands", _PlaceBand):
        by_place[found.place_id].append(
            ErrorBand(found.hours_ahead, found.by_day, found.low_ratio, found.high_ratio, found.errors)
        )
    return by_place


def place_hours(conn: Connection, place_id: str, since: datetime, until: datetime) -> list[PlaceHour]:
    """The hours of a place's counters that start in [since, until)."""
    return rows(conn, "place_hours", PlaceHour, place_id=place_id, since=since, until=until)


def counted_hours(conn: Connection, since: datetime, at: datetime) -> dict[str, list[CountedHour]]:
    """Every whole hour since `since`, by counter, ascending."""
    by_counter: dict[str, list[CountedHour]] = defaultdict(list)
    for hour in rows(conn, "counted_hours", CountedHour, since=since, at=at):
        by_counter[hour.counter_id].append(hour)
    return by_counter


def counters_of_places(conn: Connection, at: datetime) -> dict[str, list[str]]:
    """The counters of each place."""
    by_place: dict[str, list[str]] = defaultdict(list)
    for found in rows(conn, "counters_installed", _Installed, at=at, place_id=None):
        by_place[found.place_id].append(found.counter_id)
    return by_place


def keep_usual(conn: Connection, usual: Mapping[str, Mapping[int, Usual]], at: datetime) -> None:
    """Replace what is usual at every counter."""
    execute(conn, "forget_usual")
    values = [
        {"counter_id": counter_id, "hour_of_week": key, "people": one.people, "weeks": one.weeks, "at": at}
        for counter_id, week in usual.items()
        for key, one in week.items()
    ]
    execute_many(conn, "keep_usual", values)


def keep_unfit(conn: Connection, found: Iterable[Unfit], since: datetime) -> None:
    """Replace the unfit stretches that began at or after `since`; what was found before stays."""
    execute(conn, "forget_unfit", since=since)
    execute_many(conn, "keep_unfit", [asdict(stretch) for stretch in found])


def keep_error_bands(conn: Connection, bands: Mapping[str, Iterable[ErrorBand]]) -> None:
    """Replace the past errors of every place."""
    execute(conn, "forget_error_bands")
    values = [{"place_id": place_id, **asdict(band)} for place_id, found in bands.items() for band in found]
    execute_many(conn, "keep_error_band", values)
