"""What crews tell: of a stop, of a bin that is on no round, and that the rest of their day must be planned again."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api import round_faces as faces
from api.context import ANSWERS_WITHIN_S, Background, Conn, Now, database
from api.pages.words import said
from api.problems import NotHere, Problem
from api.round_again import AgainAsked, plan_again
from api.round_shapes import KEPT, MARK, ROUND
from api.round_sheet import sheet
from api.who import Caller, Crew, WaitingCrew
from streets.accounts import emptyings
from streets.rounds.outcome import Told
from streets.store import rounds, stop_events
from streets.store.database import Connection

router = APIRouter()

OTHERWISE: dict[int | str, dict[str, Any]] = {
    202: {
        "model": ROUND,
        "description": "The plan in force. The new one is still searched; the mark of the round tells when it is there.",
    }
}

CLOCKS_DIFFER = timedelta(minutes=10)
TOLD_LATE = timedelta(days=7)

EventName = Literal["emptied", "not_full", "overflowing", "cannot_reach", "undo"]


class CrewEvent(BaseModel):
    """What a crew tells of a stop or a bin. The id is made on the phone: sending the same event again changes nothing."""

    model_config = ConfigDict(extra="forbid")
    id: UUID
    at: AwareDatetime
    event: EventName
    observed_fill: Literal[0, 25, 50, 75, 100] | None = None
    note: Annotated[str | None, Field(max_length=500, pattern=r"^[^\x00]*$")] = None


def tell_of_stop(conn: Connection, caller: Caller, stop_id: UUID, event: CrewEvent, at: datetime) -> bool:
    """Keep what the caller tells of a stop; False where it was known. Raises NotHere, and Problem 422 on an impossible time."""
    stop = stop_events.stop(conn, caller.council, stop_id)
    if stop is None:
        raise NotHere("Your council has no such stop.")
    if stop.kind not in ("bin", "tip"):
        raise Problem(422, "not_a_stop", said("Nothing is told of the start, the end or the break of a round."))
    return emptyings.tell(conn, stop.service_date, _told(caller, event, at, stop_id, stop.bin_id), at)


def tell_of_bin(conn: Connection, caller: Caller, round_id: UUID, bin_id: str, event: CrewEvent, at: datetime) -> bool:
    """Keep what the crew of a round tells of a bin that is on none of that day's. Raises as tell_of_stop."""
    planned = rounds.in_force(conn, caller.council, round_id)
    if planned is None or not stop_events.has_bin(conn, caller.council, bin_id):
        raise NotHere("Your council has no such round, or no such bin.")
    return emptyings.tell(conn, planned.service_date, _told(caller, event, at, None, bin_id), at)


def _told(caller: Caller, event: CrewEvent, at: datetime, stop_id: UUID | None, bin_id: str | None) -> Told:
    if not at - TOLD_LATE < event.at < at + CLOCKS_DIFFER:
        raise Problem(
            422, "impossible_time", said("The time %(at)s is in the future or more than a week old."), at=event.at.isoformat()
        )
    return Told(
        event_id=event.id,
        stop_id=stop_id,
        bin_id=bin_id,
        at=event.at,
        event=event.event,
        observed_fill=event.observed_fill,
        note=event.note,
        received_at=at,
        told_by=caller.subject,
    )


def _kept(event: CrewEvent, added: bool, at: datetime) -> Response:
    return faces.json_answer({"id": event.id, "kept": True, "new": added, "received_at": at.isoformat()}, 201 if added else 200)


@router.post("/v1/stops/{stop_id}/events", status_code=201, summary="Tell what became of a stop", response_model=KEPT)
def add_stop_event(stop_id: UUID, event: CrewEvent, conn: Conn, caller: Crew, at: Now) -> Response:
    """201 where the event was new, 200 where the same id was kept before."""
    return _kept(event, tell_of_stop(conn, caller, stop_id, event, at), at)


@router.post(
    "/v1/rounds/{round_id}/bins/{bin_id}/events",
    status_code=201,
    summary="Tell of a bin that is on no round",
    response_model=KEPT,
)
def add_bin_event(round_id: UUID, bin_id: str, event: CrewEvent, conn: Conn, caller: Crew, at: Now) -> Response:
    """What the crew of a round saw or did at another bin. 201 where the event was new, 200 where the same id was kept before."""
    return _kept(event, tell_of_bin(conn, caller, round_id, bin_id, event, at), at)


@router.get(
    "/v1/rounds/{round_id}/mark",
    summary="Whether there is news of a round",
    response_model=MARK,
)
def show_mark(round_id: UUID, conn: Conn, caller: Crew) -> Response:
    """A short text that changes with every event of the day and with every newer plan, and the round in force."""
    mark = stop_events.mark(conn, caller.council, round_id)
    if mark is None:
        raise NotHere("Your council has no such round.")
    return faces.json_answer({"round_id": mark.round_id, "mark": str(mark)})


@router.post(
    "/v1/rounds/{round_id}/again",
    status_code=201,
    summary="Plan the rest of a crew's day again",
    responses=OTHERWISE,
    response_model=ROUND,
)
def order_again(
    request: Request, round_id: UUID, asked: AgainAsked, planner: Background, caller: WaitingCrew, at: Now
) -> Response:
    """201 with the round's new version; done stops stay. 409 says why there is no plan, 429 that one was made a moment ago."""
    is_planned = plan_again(request, planner, caller, round_id, asked, at)
    with database(request).transaction(ANSWERS_WITHIN_S) as conn:
        return faces.json_answer(faces.full(sheet(conn, caller.council, round_id)), 201 if is_planned else 202)
