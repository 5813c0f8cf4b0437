"""`/v1/rounds`: rounds for crews. Own council only."""

from datetime import date
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from api import round_faces as faces
from api.context import Conf, Conn
from api.round_calendar import ics
from api.round_shapes import DAY, ROUND, ROUNDS_ON_MAP
from api.round_sheet import sheets
from api.shapes import Calendar, Csv, GeoJson, Gpx
from api.who import Crew

router = APIRouter()


@router.get(
    "/v1/rounds/{of}.geojson",
    summary="A day's rounds or one round as GeoJSON",
    response_class=GeoJson,
    response_model=ROUNDS_ON_MAP,
)
def as_geojson(of: date | UUID, conn: Conn, caller: Crew) -> Response:
    """A line for each round and a point for each stop."""
    return faces.json_answer(faces.geojson(sheets(conn, caller.council, of)), media_type="application/geo+json")


@router.get("/v1/rounds/{of}.gpx", summary="A day's rounds or one round as GPX", response_class=Gpx)
def as_gpx(of: date | UUID, conn: Conn, caller: Crew) -> Response:
    """For navigation devices: waypoints in order, and the way as a track."""
    return faces.file_answer(faces.gpx(sheets(conn, caller.council, of)), "application/gpx+xml", f"round-{of}.gpx")


@router.get("/v1/rounds/{of}.csv", summary="A day's rounds or one round as CSV", response_class=Csv)
def as_csv(of: date | UUID, conn: Conn, caller: Crew) -> Response:
    """One line a stop."""
    return faces.file_answer(faces.csv_text(sheets(conn, caller.council, of)), "text/csv; charset=utf-8", f"round-{of}.csv")


@router.get("/v1/rounds/{of}.ics", summary="A day's rounds or one round for a calendar", response_class=Calendar)
def as_ics(of: date | UUID, conn: Conn, conf: Conf, caller: Crew) -> Response:
    """One event a round. For people who are signed in: there is no secret address to subscribe to (decision 45)."""
    return faces.file_answer(
        ics(sheets(conn, caller.council, of), conf.public_url), "text/calendar; charset=utf-8", f"round-{of}.ics"
    )


@router.get("/v1/rounds/{of}", summary="A day's rounds, by date, or one round, by id", response_model=DAY | ROUND)
def show(of: date | UUID, conn: Conn, caller: Crew) -> Response:
    """A date answers with the day's rounds in figures; an id with one round: its stops in order with why, eta and window."""
    found = sheets(conn, caller.council, of)
    return faces.json_answer(faces.full(found[0]) if isinstance(of, UUID) else faces.day(caller.council, of, found))
