"""Footfall as open data: the hours of a place's counters."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from api.asked import span_of
from api.context import Conn, Now
from api.faces import csv_face
from api.places import known_place
from api.shapes import Csv
from api.who import anyone
from streets.footfall.disclosure import public_count, public_ways
from streets.store import footfall
from streets.store.database import Connection

LONGEST_DOWNLOAD = timedelta(days=366)
USUAL_DOWNLOAD = timedelta(days=28)

router = APIRouter(tags=["footfall"], dependencies=[Depends(anyone)])


@dataclass(frozen=True, slots=True)
class OpenHour:
    """One hour of one counter as open data; `unfit` says why its count is not to be believed (dead, stuck, imputed).

    `count` is both ways, with what is estimated in `estimated_pct` of the hour; of `not_known_pct` nobody knows who passed,
    because of `not_known_why`. Each direction, called as it was then, is told where neither is tiny.
    `revision` counts how often late data changed it after it was published, `revised_at` says when last (/v1/revisions has each).
    """

    hour_start: datetime
    place_id: str
    counter_id: str
    count: int | None
    count_below: int | None
    in_label: str | None
    count_in: int | None
    out_label: str | None
    count_out: int | None
    covered_pct: int
    estimated_pct: int
    not_known_pct: int
    not_known_why: str | None
    unfit: str | None
    revision: int
    revised_at: datetime | None


def open_hours(conn: Connection, place_id: str, since: datetime, until: datetime) -> list[OpenHour]:
    """The hours of a place's counters as open data: tiny counts masked, doubtful ones withheld with the reason."""
    hours = []
    for hour in footfall.place_hours(conn, place_id, since, until):
        is_told = hour.unfit is None and hour.is_known
        count = public_count(hour.people if is_told else None)
        count_in, count_out = public_ways(hour.people_in, hour.people_out) if is_told else (None, None)
        hours.append(
            OpenHour(
                hour_start=hour.hour_start,
                place_id=hour.place_id,
                counter_id=hour.counter_id,
                count=count.count,
                count_below=count.below,
                in_label=hour.in_label,
                count_in=count_in,
                out_label=hour.out_label,
                count_out=count_out,
                covered_pct=_of_hour(hour.covered_s),
                estimated_pct=_of_hour(hour.estimated_s),
                not_known_pct=_of_hour(hour.gap_s),
                not_known_why=hour.gap_why,
                unfit=hour.unfit,
                revision=hour.revision,
                revised_at=hour.revised_at,
            )
        )
    return hours


def _of_hour(seconds: int) -> int:
    """Per cent of an hour."""
    return min(100, round(seconds / 36))


@router.get("/v1/footfall.csv", response_class=Csv)
def download_hours(
    conn: Conn,
    at: Now,
    place: Annotated[str, Query(description="A place_id of /v1/places")],
    since: Annotated[datetime | None, Query(alias="from", description="ISO 8601 with zone; else 28 days before `to`")] = None,
    until: Annotated[datetime | None, Query(alias="to", description="ISO 8601 with zone, exclusive; else now")] = None,
) -> Response:
    """The hours of a place's counters, at most 366 days of them, as CSV."""
    known_place(conn, place)
    start, end = span_of(since, until or at, ("from", "to"), USUAL_DOWNLOAD, LONGEST_DOWNLOAD)
    return csv_face(open_hours(conn, place, start, end), list(OpenHour.__dataclass_fields__), f"footfall-{place}")
