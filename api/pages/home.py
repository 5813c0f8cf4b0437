"""The first page, how busy each place is, and a page for each place."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from api.context import Conn, Now
from api.pages import render
from api.pages.counters import counters_today
from api.places import ComingHour, PlaceNow, coming_hours, hours_about, known_place, place_counters, place_now
from api.who import anyone
from streets.footfall.busyness import CounterNow
from streets.footfall.counts import HOUR, LONDON, CountedHour
from streets.footfall.disclosure import PublicCount, public_count
from streets.footfall.today import HourOfDay, hours_of_day, midnight
from streets.store import footfall
from streets.store.footfall import PlaceHour

router = APIRouter(dependencies=[Depends(anyone)])

LEAST_BEST_PEOPLE = 10
BUSIER = ("very_busy", "busy")


@dataclass(frozen=True, slots=True)
class DayHour:
    """One hour of a place's day: the count, or None with `below` when it is tiny, or None; and what is usual.

    Of a count the share `estimated` (0 to 1) is from totals; where there is none, `why` is a word of streets.footfall.reports.
    With `revised_at`, late data changed it after it was published, and `was` is what was published first.
    """

    hour_start: datetime
    count: int | None
    below: int | None
    usual: int | None
    revised_at: datetime | None = None
    was: PublicCount | None = None
    estimated: float = 0.0
    why: str | None = None


@router.get("/")
def show_places(request: Request, conn: Conn, at: Now) -> Response:
    """How busy each place is: those busier than usual first, the others by name."""
    counters = footfall.counters_now(conn, at, hours_of_week=hours_about(at))
    bands, told = footfall.error_bands(conn), []
    for place in footfall.places(conn):
        of_place = counters.get(place.place_id, [])
        now, coming = place_now(place, of_place, at), coming_hours(of_place, bands.get(place.place_id, []), at)
        told.append((now, coming, best_time(now, coming)))
    told.sort(key=lambda place: BUSIER.index(place[0].level) if place[0].level in BUSIER else len(BUSIER))
    return render.page(request, "places.html", places=told)


@router.get("/places/{place_id}")
def show_place(request: Request, place_id: str, conn: Conn, at: Now) -> Response:
    """One place: now, the next hours, and today beside what is usual."""
    place = known_place(conn, place_id)
    counters = footfall.counters_now(conn, at, place_id).get(place_id, [])
    coming = coming_hours(counters, footfall.error_bands(conn).get(place_id, []), at)
    start = midnight(at.astimezone(LONDON).date())
    hours = [hour for hour in footfall.place_hours(conn, place_id, start, at) if hour.hour_start + HOUR <= at]
    now = place_now(place, counters, at)
    return render.page(
        request,
        "place.html",
        place=now,
        coming=coming,
        best=best_time(now, coming),
        today=day_hours(hours, counters, at),
        counters=counters_today(place_counters(conn, place_id, counters, at), hours, start, at),
    )


def best_time(now: PlaceNow, coming: list[ComingHour]) -> ComingHour | None:
    """The quietest of the coming hours in which people are about at all, where that is any help: a busy place, a clear dip."""
    if now.level not in ("busy", "very_busy"):
        return None
    open_hours = [hour for hour in coming if hour.expected_count >= LEAST_BEST_PEOPLE]
    quietest = min(open_hours, key=lambda hour: hour.expected_count, default=None)
    return quietest if quietest and now.count and quietest.expected_count < 0.75 * now.count else None


def day_hours(hours: Sequence[PlaceHour], counters: Sequence[CounterNow], at: datetime) -> list[DayHour]:
    """The hours of the street's own day with the counts of those that are over (`hours`), as the public may know them."""
    day = at.astimezone(LONDON).date()
    told = [hour for hour in hours if hour.unfit is None and hour.is_known]
    usual = {counter.counter_id: counter.usual for counter in counters}
    counted = hours_of_day(map(_counted, told), usual, day)
    published = hours_of_day(map(_published, told), usual, day)
    revised = sorted((hour.revised_at, hour.hour_start) for hour in told if hour.revised_at is not None)
    revised_at = {hour_start: at for at, hour_start in revised}
    whys = {hour.hour_start: hour.unfit or hour.gap_why for hour in hours if hour.unfit or hour.gap_why}
    people, estimated = Counter[datetime](), Counter[datetime]()
    for hour in told:
        people[hour.hour_start] += hour.people
        estimated[hour.hour_start] += hour.estimated_people
    return [
        replace(
            _day_hour(now, was, revised_at.get(now.hour_start)),
            estimated=estimated[now.hour_start] / people[now.hour_start] if people[now.hour_start] else 0.0,
            why=whys.get(now.hour_start) if now.people is None else None,
        )
        for now, was in zip(counted, published, strict=True)
    ]


def _counted(hour: PlaceHour) -> CountedHour:
    return CountedHour(hour.counter_id, hour.hour_start, hour.people, hour.covered_s + hour.estimated_s)


def _published(hour: PlaceHour) -> CountedHour:
    """The hour as it was published first."""
    if hour.revised_at is None:
        return _counted(hour)
    return CountedHour(hour.counter_id, hour.hour_start, hour.was_people or 0, hour.was_covered_s or 0)


def _day_hour(hour: HourOfDay, published: HourOfDay, revised_at: datetime | None) -> DayHour:
    count, was = public_count(hour.people), public_count(published.people)
    usual = None if hour.usual is None else round(hour.usual)
    if revised_at is None or count == was:
        return DayHour(hour.hour_start, count.count, count.below, usual)
    return DayHour(hour.hour_start, count.count, count.below, usual, revised_at, was)
