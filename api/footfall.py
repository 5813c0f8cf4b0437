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
from api.who import anyone
from streets.footfall.disclosure import public_count
from streets.store import footfall
from streets.store.database import Connection

LONGEST_DOWNLOAD = timedelta(days=366)
USUAL_DOWNLOAD = timedelta(days=28)

router = APIRouter(tags=["footfall"], dependencies=[Depends(anyone)])


@dataclass(frozen=True, slots=True)
class OpenHour:
    """One hour of one counter as open data; `unfit` says why its count is not to be believed (dead, stuck, imputed).

    `revision` counts how often late data changed it after it was published, `revised_at` says when last (/v1/revisions has each).
    """

    hour_start: datetime
    place_id: str
    counter_id: str
    count: int | None
    count_below: int | None
    covered_pct: int
    unfit: str | None
    revision: int
    revised_at: datetime | None


def open_hours(conn: Connection, place_id: str, since: datetime, until: datetime) -> list[OpenHour]:
    """The hours of a place's counters as open data: tiny counts masked, doubtful ones withheld with the reason."""
    hours = []
    for hour in footfall.place_hours(conn, place_id, since, until):
        count = public_count(hour.people if hour.unfit is None and hour.covered_s > 0 else None)
        covered_pct = min(100, round(hour.covered_s / 36))
        hours.append(
            OpenHour(
                hour_start=hour.hour_start,
                place_id=hour.place_id,
                counter_id=hour.counter_id,
                count=count.count,
                count_below=count.below,
                covered_pct=covered_pct,
                unfit=hour.unfit,
                revision=hour.revision,
                revised_at=hour.revised_at,
            )
        )
    return hours


@router.get("/v1/footfall.csv")
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
