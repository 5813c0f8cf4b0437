"""`/v1/rounds` and `/v1/stops`: rounds for crews, and what crews tell of their stops. Own council only."""

from datetime import date, datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api import round_faces as faces
from api.context import Conf, Conn, Now
from api.problems import NotHere, Problem
from api.round_calendar import ics
from api.round_sheet import sheets
from api.who import Caller, Crew
from streets.accounts import emptyings
from streets.rounds.outcome import Told
from streets.store import stop_events
from streets.store.database import Connection

router = APIRouter()

CLOCKS_DIFFER = timedelta(minutes=10)
TOLD_LATE = timedelta(days=7)

EventName = Literal["emptied", "not_full", "overflowing", "cannot_reach", "undo"]


class StopEvent(BaseModel):
    """What a crew tells of a stop. The id is made on the phone: sending the same event again changes nothing."""

    model_config = ConfigDict(extra="forbid")
    id: UUID
    at: AwareDatetime
    event: EventName
    observed_fill: Literal[0, 25, 50, 75, 100] | None = None
    note: Annotated[str | None, Field(max_length=500, pattern=r"^[^\x00]*$")] = None


def tell(conn: Connection, caller: Caller, stop_id: UUID, event: StopEvent, at: datetime) -> bool:
    """Keep what the caller tells of a stop; False where it was known. Raises NotHere, and Problem 422 on an impossible time."""
    stop = stop_events.stop(conn, caller.council, stop_id)
    if stop is None:
        raise NotHere("Your council has no such stop.")
    if stop.kind not in ("bin", "tip"):
        raise Problem(422, "not_a_stop", f"Nothing is told of the {stop.kind} of a round.")
    if not at - TOLD_LATE < event.at < at + CLOCKS_DIFFER:
        raise Problem(
            422, "impossible_time", f"The event's time {event.at.isoformat()} is in the future or more than a week old."
        )
    told = Told(
        event_id=event.id,
        stop_id=stop_id,
        bin_id=stop.bin_id,
        at=event.at,
        event=event.event,
        observed_fill=event.observed_fill,
        note=event.note,
        received_at=at,
        told_by=caller.subject,
    )
    return emptyings.tell(conn, stop, told, at)


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


@router.post("/v1/stops/{stop_id}/events", status_code=201, summary="Tell what became of a stop")
def add_event(stop_id: UUID, event: StopEvent, conn: Conn, caller: Crew, at: Now) -> Response:
    """201 where the event was new, 200 where the same id was kept before."""
    added = tell(conn, caller, stop_id, event, at)
    return faces.json_answer({"id": event.id, "kept": True, "new": added}, 201 if added else 200)
