"""The page of revised figures: what was changed on a day after it was published."""

from datetime import UTC, date

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from api.context import Conn, Now
from api.pages import render
from api.revisions import Day, revisions_on
from api.who import anyone
from streets.store import footfall, revisions

router = APIRouter(dependencies=[Depends(anyone)])

MOST_SHOWN = 500
DAYS_SHOWN = 30


@router.get("/revisions")
def show(request: Request, conn: Conn, at: Now, day: Day = None) -> HTMLResponse:
    """The figures revised on one day, the last day on which any was if none is asked for, with the days there are."""
    days = revisions.revised_days(conn, DAYS_SHOWN)
    asked: date = day or (days[0].day if days else at.astimezone(UTC).date())
    return render.page(
        request,
        "revisions.html",
        day=asked,
        days=days,
        revised=revisions_on(conn, asked, MOST_SHOWN),
        most=MOST_SHOWN,
        places={place.place_id: place for place in footfall.places(conn)},
    )
