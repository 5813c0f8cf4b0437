"""Places: how busy each is now, what is usual, and what to expect."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from api.context import Conn, Now
from api.faces import csv_face, geojson_face, json_face, record
from api.problems import NotHere
from api.shapes import Csv, GeoJson, on_map, shape
from api.who import anyone
from streets.footfall.busyness import CounterNow, busyness, why_not_reporting
from streets.footfall.counts import HOUR, hour_of_week
from streets.footfall.disclosure import public_count, public_ratio
from streets.footfall.forecast import HOURS_AHEAD, ErrorBand, ForecastHour, next_hours, unusualness
from streets.footfall.usual import place_usual
from streets.store import footfall
from streets.store.database import Connection
from streets.store.footfall import Place

router = APIRouter(tags=["footfall"], dependencies=[Depends(anyone)])


@dataclass(frozen=True, slots=True)
class PlaceNow:
    """A place with how busy it is. `count_below` stands for a count too small to publish: fewer than that many people.

    `level` is very_quiet, quiet, usual, busy, very_busy or not_known; then `reason` says why.
    """

    place_id: str
    council: str
    name: str
    name_cy: str | None
    lat: float
    lon: float
    level: str
    reason: str | None
    count: int | None
    count_below: int | None
    usual_count: int | None
    ratio: float | None
    observed_to: datetime | None
    counters_reporting: int
    counters_total: int


@dataclass(frozen=True, slots=True)
class PlaceCounter:
    """A counter of a place, and why it is left out of how busy the place is: `not_counted_why` is null where it is not."""

    counter_id: str
    name: str
    not_counted_why: str | None


@dataclass(frozen=True, slots=True)
class ComingHour:
    """One coming hour: the count expected, what is usual, and an 80 % interval, null until past errors are enough for one."""

    hour_start: datetime
    expected_count: int
    usual_count: int
    low_count: int | None
    high_count: int | None


@dataclass(frozen=True, slots=True)
class UsualHour:
    """What is usual at a place in one hour of the week; `weekday` 1 is Monday, `hour` is the street's own (Europe/London)."""

    weekday: int
    hour: int
    usual_count: int


def place_now(place: Place, counters: Sequence[CounterNow], at: datetime) -> PlaceNow:
    """How busy a place is, as the public may know it."""
    now = busyness(counters, at)
    count = public_count(now.count)
    return PlaceNow(
        place_id=place.place_id,
        council=place.council,
        name=place.name,
        name_cy=place.name_cy,
        lat=place.lat,
        lon=place.lon,
        level=now.level,
        reason=now.reason,
        count=count.count,
        count_below=count.below,
        usual_count=now.usual_count,
        ratio=public_ratio(count, now.ratio),
        observed_to=now.observed_to,
        counters_reporting=now.counters_reporting,
        counters_total=now.counters_total,
    )


def place_counters(conn: Connection, place_id: str, counters: Sequence[CounterNow], at: datetime) -> list[PlaceCounter]:
    """Each counter of a place, with why it is left out where it is."""
    standing = {counter.counter_id: counter for counter in counters}
    return [
        PlaceCounter(post.counter_id, post.name, why_not_reporting(standing[post.counter_id], at))
        for post in footfall.counters_of_place(conn, place_id, at)
    ]


def hours_about(at: datetime) -> set[int]:
    """The hours of the week that saying how busy it is, and the forecast, need to know."""
    return {hour_of_week(at + ahead * HOUR) for ahead in range(-3, HOURS_AHEAD + 1)}


def places_now(conn: Connection, at: datetime) -> list[PlaceNow]:
    """Every place with how busy it is, by name."""
    counters = footfall.counters_now(conn, at, hours_of_week=hours_about(at))
    return [place_now(place, counters.get(place.place_id, []), at) for place in footfall.places(conn)]


def known_place(conn: Connection, place_id: str) -> Place:
    """The place. Raises NotHere."""
    place = footfall.place(conn, place_id)
    if place is None:
        raise NotHere(f"There is no place {place_id}. /v1/places lists them all.")
    return place


def coming_hours(counters: Sequence[CounterNow], bands: Sequence[ErrorBand], at: datetime) -> list[ComingHour]:
    """The next hours of a place, for the counters that report now, or for all of them when it is not known how busy it is."""
    now = busyness(counters, at)
    of_these = [counter.usual for counter in counters if not now.reporting or counter.counter_id in now.reporting]
    known = now.count is not None and now.usual_count is not None
    unusual = unusualness(now.count or 0, now.usual_count or 0) if known else 1.0
    return [_coming(hour) for hour in next_hours(at, place_usual(of_these), unusual, bands)]


def forecast_of(conn: Connection, place_id: str, at: datetime) -> list[ComingHour]:
    """The next hours of one place. Raises NotHere."""
    known_place(conn, place_id)
    counters = footfall.counters_now(conn, at, place_id).get(place_id, [])
    return coming_hours(counters, footfall.error_bands(conn).get(place_id, []), at)


def _coming(hour: ForecastHour) -> ComingHour:
    return ComingHour(
        hour_start=hour.hour_start,
        expected_count=round(hour.expected),
        usual_count=round(hour.usual),
        low_count=None if hour.low is None else round(hour.low),
        high_count=None if hour.high is None else round(hour.high),
    )


def usual_hours(counters: Sequence[CounterNow]) -> list[UsualHour]:
    """What is usual at a place, hour by hour of the week, where it is known."""
    usual = place_usual(counter.usual for counter in counters)
    return [UsualHour(key // 24 + 1, key % 24, round(people)) for key, people in usual.items()]


@router.get("/v1/places", response_model=shape("Places", as_of=datetime, places=list[PlaceNow]))
def list_places(conn: Conn, at: Now) -> Response:
    """Every place with how busy it is now."""
    return json_face({"as_of": at, "places": [record(place) for place in places_now(conn, at)]})


@router.get("/v1/places.geojson", response_class=GeoJson, response_model=on_map("Places", PlaceNow))
def list_places_geojson(conn: Conn, at: Now) -> Response:
    """Every place with how busy it is now, as GeoJSON."""
    return geojson_face(places_now(conn, at), "place_id")


@router.get("/v1/places.csv", response_class=Csv)
def list_places_csv(conn: Conn, at: Now) -> Response:
    """Every place with how busy it is now, as CSV."""
    return csv_face(places_now(conn, at), list(PlaceNow.__dataclass_fields__), "places")


@router.get(
    "/v1/places/{place_id}/busyness", response_model=shape("Busyness", PlaceNow, as_of=datetime, counters=list[PlaceCounter])
)
def show_busyness(place_id: str, conn: Conn, at: Now) -> Response:
    """How busy one place is now, with what that rests on: estimates say nothing of now, and counters left out say why."""
    place = known_place(conn, place_id)
    counters = footfall.counters_now(conn, at, place_id).get(place_id, [])
    each = [record(counter) for counter in place_counters(conn, place_id, counters, at)]
    return json_face({"as_of": at, **record(place_now(place, counters, at)), "counters": each})


@router.get(
    "/v1/places/{place_id}/forecast",
    response_model=shape("Forecast", place_id=str, issued_at=datetime, interval_pct=int, hours=list[ComingHour]),
)
def show_forecast(place_id: str, conn: Conn, at: Now) -> Response:
    """The next hours of one place, with an 80 % interval learnt from past errors."""
    hours = forecast_of(conn, place_id, at)
    return json_face({"place_id": place_id, "issued_at": at, "interval_pct": 80, "hours": [record(hour) for hour in hours]})


@router.get("/v1/places/{place_id}/forecast.csv", response_class=Csv)
def show_forecast_csv(place_id: str, conn: Conn, at: Now) -> Response:
    """The next hours of one place, as CSV."""
    hours = forecast_of(conn, place_id, at)
    return csv_face(hours, list(ComingHour.__dataclass_fields__), f"forecast-{place_id}")


@router.get("/v1/places/{place_id}/usual", response_model=shape("Usual", place_id=str, timezone=str, hours=list[UsualHour]))
def show_usual(place_id: str, conn: Conn, at: Now) -> Response:
    """What is usual at one place, by hour of the week; hours counted in too few weeks are left out."""
    known_place(conn, place_id)
    hours = usual_hours(footfall.counters_now(conn, at, place_id).get(place_id, []))
    return json_face({"place_id": place_id, "timezone": "Europe/London", "hours": [record(hour) for hour in hours]})


@router.get("/v1/places/{place_id}/usual.csv", response_class=Csv)
def show_usual_csv(place_id: str, conn: Conn, at: Now) -> Response:
    """What is usual at one place, by hour of the week, as CSV."""
    known_place(conn, place_id)
    hours = usual_hours(footfall.counters_now(conn, at, place_id).get(place_id, []))
    return csv_face(hours, list(UsualHour.__dataclass_fields__), f"usual-{place_id}")
