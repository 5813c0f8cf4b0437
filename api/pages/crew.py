"""`/crew`: today's rounds, and a round on a phone. Plain forms do everything; crew.js adds what a phone without signal needs."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

import segno
from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import FileResponse, Response

from api import round_words
from api.context import Conf, Conn, Now
from api.health_words import TO_CREWS
from api.pages import render
from api.pages.sketch import HEIGHT, WIDTH, sketch
from api.round_faces import PRIVATE, summary
from api.round_sheet import lateness_s, sheet, sheets
from api.rounds import EventName, StopEvent, tell
from api.who import Crew, anyone
from streets.health.alarms import KINDS
from streets.planning.day import LONDON
from streets.rounds.outcome import CLOSING
from streets.store import alarms
from streets.store.alarms import Alarm
from streets.store.database import Connection
from streets.store.stop_events import stop as stop_of

router = APIRouter()

QUARTERS = (0, 25, 50, 75, 100)


@router.get("/crew")
def list_rounds(request: Request, conn: Conn, caller: Crew, at: Now) -> Response:
    """The rounds of today and of tomorrow."""
    today = at.astimezone(LONDON).date()
    days = [(day, [summary(each) for each in sheets(conn, caller.council, day)]) for day in (today, today + timedelta(days=1))]
    response = render.page(request, "crew.html", days=days, caller=caller)
    response.headers.update(PRIVATE)
    return response


@router.get("/crew/worker.js", dependencies=[Depends(anyone)])
def worker() -> Response:
    """The service worker. It is served from here because a worker looks after the pages beside it."""
    file = render.BUILT / render.static_names()["crew_worker.js"]
    return FileResponse(file, media_type="text/javascript", headers={"Cache-Control": "no-cache", "Service-Worker-Allowed": "/"})


@router.get("/crew/rounds/{round_id}")
def show_round(request: Request, round_id: UUID, conn: Conn, conf: Conf, caller: Crew, at: Now) -> Response:
    """A round: its next stop first, then the list, then a sketch. An old round's address leads to the plan in force."""
    seen, words = sheet(conn, caller.council, round_id), render.words(request)
    if seen.round.round_id != round_id:
        return render.see_other(request, f"/crew/rounds/{seen.round.round_id}")
    address = conf.public_url + render.local_url(request, f"/crew/rounds/{round_id}")
    values: dict[str, Any] = {
        "sheet": seen,
        "figures": summary(seen),
        "late_s": lateness_s(seen, at),
        "sketch": sketch(seen),
        "box": (WIDTH, HEIGHT),
        "quarters": QUARTERS,
        "obstacles": round_words.OBSTACLES,
        "why": lambda stop: round_words.why(words, stop),
        "why_not": lambda left: round_words.why_not(words, left),
        "state": lambda name: round_words.state(words, name),
        "states": {name: round_words.state(words, name) for name in ("open", "overflowing", *CLOSING)}
        | {"nothing_left": words("Nothing left to do on this round")},
        "alarms": _alarms(conn, caller.council, at),
        "alarm_words": TO_CREWS,
        "new_id": uuid4,
        "qr": segno.make(address, error="m").svg_inline(scale=3, border=2),
        "caller": caller,
    }
    response = render.page(request, "crew_round.html", **values)
    response.headers.update(PRIVATE)
    return response


def _alarms(conn: Connection, council: str, at: datetime) -> dict[str, list[Alarm]]:
    """The alarms that go on at each of a council's bins, those that matter most first; news of the past is none of a crew's."""
    of_bins: dict[str, list[Alarm]] = {}
    going_on = (alarm for alarm in alarms.alarms(conn, council, at) if alarm.ended_at is None and not alarm.late)
    for alarm in sorted(going_on, key=lambda one: KINDS.index(one.kind)):
        if alarm.bin_id:
            of_bins.setdefault(alarm.bin_id, []).append(alarm)
    return of_bins


@router.post("/crew/stops/{stop_id}/events")
def add_event(
    request: Request,
    stop_id: UUID,
    conn: Conn,
    caller: Crew,
    at: Now,
    event: Annotated[EventName, Form()],
    event_id: Annotated[UUID, Form(alias="id")],
    observed_fill: Annotated[Literal["0", "25", "50", "75", "100"] | None, Form()] = None,
    note: Annotated[Literal["", "vehicle in the way", "road closed", "locked"], Form()] = "",
) -> Response:
    """What a crew tells by a form without JavaScript; then the same page, at the next stop."""
    fill = None if observed_fill is None else int(observed_fill)
    why = (note or None) if event == "cannot_reach" else None
    told = StopEvent.model_validate({"id": event_id, "at": at, "event": event, "observed_fill": fill, "note": why})
    tell(conn, caller, stop_id, told, at)
    stop = stop_of(conn, caller.council, stop_id)
    return render.see_other(request, f"/crew/rounds/{stop.round_id}" if stop else "/crew")
