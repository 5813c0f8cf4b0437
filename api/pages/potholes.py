"""Pages: the potholes that are shown, what is withheld and why, and how well streets were driven."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from api.context import Conn, Now
from api.pages import render
from api.potholes import WhichSites, coverage, known_site, sites, withheld
from api.who import anyone
from streets.potholes.coverage import StreetWeek
from streets.store import potholes

router = APIRouter(dependencies=[Depends(anyone)])


@dataclass(frozen=True, slots=True)
class LastWeek:
    """How many streets were driven enough to count in the last week told of, and how many too seldom."""

    week: StreetWeek
    driven: int
    too_seldom: int


@router.get("/potholes")
def show_potholes(request: Request, conn: Conn, at: Now, which: WhichSites) -> Response:
    """The list of sites."""
    counts = withheld(potholes.withheld_counts(conn))
    driven = last_week(coverage(conn, at))
    return render.page(request, "potholes.html", sites=sites(conn, which), withheld=counts, driven=driven, which=which)


@router.get("/potholes/{site_id}")
def show_pothole(request: Request, site_id: str, conn: Conn) -> Response:
    """One site."""
    return render.page(request, "pothole.html", site=known_site(conn, site_id))


def last_week(weeks: Sequence[StreetWeek]) -> LastWeek | None:
    """The latest week that any street was driven in, or None."""
    if not weeks:
        return None
    latest = max(weeks, key=lambda week: week.week_start)
    of_week = [week for week in weeks if week.week_start == latest.week_start]
    driven = sum(week.passes is not None for week in of_week)
    return LastWeek(latest, driven, len(of_week) - driven)
