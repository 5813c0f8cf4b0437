"""`/v1/rounds`: rounds for crews, and plans by officers. Own council only."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from api import round_faces as faces
from api.context import Conf, Conn, Now
from api.problems import Problem
from api.round_calendar import ics
from api.round_sheet import sheets
from api.who import Crew, Officer
from streets.planning import rounds as planning
from streets.rounds.problem import Prices

router = APIRouter()


class PlanOrder(BaseModel):
    """What an officer asks for: a day to plan, or with `again` to plan anew around the stops that are done."""

    model_config = ConfigDict(extra="forbid")
    service_date: date
    again: bool = False
    pence_per_overflow: Annotated[float | None, Field(ge=0, le=1_000_000, allow_inf_nan=False)] = None


@router.get("/v1/rounds/{of}.geojson", summary="A day's rounds or one round as GeoJSON")
def as_geojson(of: date | UUID, conn: Conn, caller: Crew) -> Response:
    """A line for each round and a point for each stop."""
    return faces.json_answer(faces.geojson(sheets(conn, caller.council, of)), media_type="application/geo+json")


@router.get("/v1/rounds/{of}.gpx", summary="A day's rounds or one round as GPX")
def as_gpx(of: date | UUID, conn: Conn, caller: Crew) -> Response:
    """For navigation devices: waypoints in order, and the way as a track."""
    return faces.file_answer(faces.gpx(sheets(conn, caller.council, of)), "application/gpx+xml", f"round-{of}.gpx")


@router.get("/v1/rounds/{of}.csv", summary="A day's rounds or one round as CSV")
def as_csv(of: date | UUID, conn: Conn, caller: Crew) -> Response:
    """One line a stop."""
    return faces.file_answer(faces.csv_text(sheets(conn, caller.council, of)), "text/csv; charset=utf-8", f"round-{of}.csv")


@router.get("/v1/rounds/{of}.ics", summary="A day's rounds or one round for a calendar")
def as_ics(of: date | UUID, conn: Conn, conf: Conf, caller: Crew) -> Response:
    """One event a round. For people who are signed in: there is no secret address to subscribe to (decision 45)."""
    return faces.file_answer(
        ics(sheets(conn, caller.council, of), conf.public_url), "text/calendar; charset=utf-8", f"round-{of}.ics"
    )


@router.get("/v1/rounds/{of}", summary="A day's rounds, by date, or one round, by id")
def show(of: date | UUID, conn: Conn, caller: Crew) -> Response:
    """A date answers with the day's rounds in figures; an id with one round: its stops in order with why, eta and window."""
    found = sheets(conn, caller.council, of)
    return faces.json_answer(faces.full(found[0]) if isinstance(of, UUID) else faces.day(caller.council, of, found))


@router.post("/v1/rounds", status_code=201, summary="Plan a day's rounds, or plan them again")
def order(asked: PlanOrder, conn: Conn, caller: Officer, at: Now) -> Response:
    """201 with the rounds that were planned, 200 with those that stood already; 409 says why there is no plan."""
    prices = Prices() if asked.pence_per_overflow is None else Prices(pence_per_overflow=asked.pence_per_overflow)
    try:
        planned = planning.plan_day(
            conn, caller.council, asked.service_date, at, again=asked.again, planned_by=caller.subject, prices=prices
        )
    except planning.REFUSALS as error:
        raise Problem(409, "cannot_plan", str(error)) from error
    found = sheets(conn, caller.council, asked.service_date)
    return faces.json_answer(faces.day(caller.council, asked.service_date, found), 201 if planned.is_new else 200)
