"""The first page, how busy each place is, and a page for each place."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from api.context import Conn, Now
from api.pages import render
from api.places import ComingHour, PlaceNow, coming_hours, known_place, place_now
from api.who import anyone
from streets.footfall.counts import HOUR, LONDON, hour_of_week, people_per_hour
from streets.footfall.disclosure import public_count
from streets.footfall.usual import place_usual
from streets.store import footfall
from streets.store.database import Connection

router = APIRouter(dependencies=[Depends(anyone)])

LEAST_BEST_PEOPLE = 10


@dataclass(frozen=True, slots=True)
class DayHour:
    """One hour of a place's day: the count, or None with `below` when it is tiny, or None; and what is usual."""

    hour_start: datetime
    count: int | None
    below: int | None
    usual: int | None


@router.get("/")
def show_places(request: Request, conn: Conn, at: Now) -> Response:
    """How busy each place is."""
    counters = footfall.counters_now(conn, at)
    told = []
    for place in footfall.places(conn):
        of_place = counters.get(place.place_id, [])
        now, coming = place_now(place, of_place, at), coming_hours(conn, place.place_id, of_place, at)
        told.append((now, coming, best_time(now, coming)))
    return render.page(request, "places.html", places=told)


@router.get("/places/{place_id}")
def show_place(request: Request, place_id: str, conn: Conn, at: Now) -> Response:
    """One place: now, the next hours, and today beside what is usual."""
    place = known_place(conn, place_id)
    counters = footfall.counters_now(conn, at).get(place_id, [])
    coming = coming_hours(conn, place_id, counters, at)
    usual = place_usual(counter.usual for counter in counters)
    today = day_hours(conn, place_id, usual, at)
    now = place_now(place, counters, at)
    return render.page(request, "place.html", place=now, coming=coming, best=best_time(now, coming), today=today)


def best_time(now: PlaceNow, coming: list[ComingHour]) -> ComingHour | None:
    """The quietest of the coming hours in which people are about at all, where that is any help: a busy place, a clear dip."""
    if now.level not in ("busy", "very_busy"):
        return None
    open_hours = [hour for hour in coming if hour.expected_count >= LEAST_BEST_PEOPLE]
    quietest = min(open_hours, key=lambda hour: hour.expected_count, default=None)
    return quietest if quietest and now.count and quietest.expected_count < 0.75 * now.count else None


def day_hours(conn: Connection, place_id: str, usual: dict[int, float], at: datetime) -> list[DayHour]:
    """The hours of the street's own day so far and to come: 23, 24 or 25 of them, each beside what is usual.

    A count is known when every counter of the hour's usual counted it; else it would be compared with more than it holds.
    """
    day = at.astimezone(LONDON).date()
    start, end = _midnight(day), _midnight(day + timedelta(days=1))
    counted = footfall.place_hours(conn, place_id, start, end)
    counters = {known.counter_id for known in counted}
    hours, hour_start = [], start
    while hour_start < end:
        rates = [
            people_per_hour(hour.people, hour.covered_s)
            for hour in counted
            if hour.hour_start == hour_start and hour.unfit is None
        ]
        known = [rate for rate in rates if rate is not None]
        whole = hour_start + HOUR <= at and known and len(known) == len(counters)
        count = public_count(sum(known) if whole else None)
        people = usual.get(hour_of_week(hour_start))
        hours.append(DayHour(hour_start, count.count, count.below, None if people is None else round(people)))
        hour_start += HOUR
    return hours


def _midnight(day: date) -> datetime:
    """The start of a day on the street's clocks, in UTC."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)
