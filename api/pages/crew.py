"""`/crew`: rounds, and a round on a phone. Plain forms do everything; scripts add what a phone without a signal needs."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID, uuid4

import segno
from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import FileResponse, Response

from api import round_words
from api.context import ANSWERS_WITHIN_S, Background, Conf, Conn, Now, database
from api.health_words import TO_CREWS
from api.pages import render
from api.pages.sketch import HEIGHT, WIDTH, sketch
from api.pages.words import Words, said
from api.problems import NotHere, Problem
from api.round_again import AgainAsked, Load, Why, plan_again
from api.round_events import CrewEvent, tell_of_bin, tell_of_stop
from api.round_faces import PRIVATE, summary
from api.round_sheet import Sheet, lateness_s, sheet, sheets
from api.round_taps import FULLEST_LEFT, QUARTERS, heard
from api.who import Caller, Crew, WaitingCrew, anyone
from streets.health.alarms import KINDS
from streets.planning.day import LONDON
from streets.planning.runs import alive_since
from streets.rounds.outcome import CLOSING
from streets.store import alarms, planning_runs
from streets.store.alarms import Alarm
from streets.store.database import Connection

router = APIRouter()

STILL_OUT = timedelta(hours=6)
"""So long after its planned end a round of yesterday is still shown: midnight does not take it from a crew's hands."""
NAMED = timedelta(minutes=5)
"""The taps of so long are named on a round's page, for the phone that sent them; no transaction of one takes longer."""


@router.get("/crew")
def list_rounds(request: Request, conn: Conn, caller: Crew, at: Now) -> Response:
    """The rounds of today and of tomorrow, and of yesterday those that may still be out."""
    today = at.astimezone(LONDON).date()
    found = [(day, sheets(conn, caller.council, day)) for day in (today - timedelta(days=1), today, today + timedelta(days=1))]
    still_out = [each for each in found[0][1] if each.next and at - each.round.ends_at < STILL_OUT]
    days = [(day, [summary(each) for each in seen]) for day, seen in [(found[0][0], still_out), *found[1:]]]
    response = render.page(
        request, "crew.html", days=days, today=today, caller=caller, refused_whys=_refused_whys(render.words(request))
    )
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
    seen = sheet(conn, caller.council, round_id)
    if seen.round.round_id != round_id:
        return render.see_other(request, f"/crew/rounds/{seen.round.round_id}")
    return _page(request, conn, seen, caller, at, conf.public_url)


def _page(
    request: Request, conn: Connection, seen: Sheet, caller: Caller, at: datetime, site: str,
    errors: Mapping[str, str] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    words, path = render.words(request), f"/crew/rounds/{seen.round.round_id}"
    values: dict[str, Any] = {
        "sheet": seen,
        "figures": summary(seen),
        "since": at - NAMED,
        "rendered": at,
        "late_s": lateness_s(seen, at),
        "is_being_planned": _is_being_planned(conn, seen, at),
        "sketch": sketch(seen),
        "box": (WIDTH, HEIGHT),
        "quarters": QUARTERS,
        "fullest_left": FULLEST_LEFT,
        "said": round_words,
        "why": lambda stop: round_words.why(words, stop),
        "why_not": lambda left: round_words.why_not(words, left),
        "window": lambda stop: round_words.window(words, stop),
        "again": round_words.again(words, seen.round),
        "ahead": round_words.ahead(words, seen.round),
        "state": lambda name: round_words.state(words, name),
        "states": {name: round_words.state(words, name) for name in ("open", "overflowing", *CLOSING)},
        "alarms": _alarms(conn, caller.council, at),
        "alarm_words": TO_CREWS,
        "refused_whys": _refused_whys(words),
        "new_id": uuid4,
        "qr": segno.make(site + render.local_url(request, path), error="m").svg_inline(scale=3, border=2),
        "caller": caller,
        "errors": errors or {},
    }
    response = render.page(request, "crew_round.html", status, **values)
    response.headers.update(PRIVATE)
    return response


def _refused_whys(words: Words) -> dict[str, str]:
    return {kind: words(text) for kind, text in round_words.REFUSED.items()}


def _is_being_planned(conn: Connection, seen: Sheet, at: datetime) -> bool:
    day = seen.round.service_date
    runs = planning_runs.of_days(conn, seen.round.council, day, day, alive_since(at))
    return any(run.at_work and run.kind == "plan" for run in runs)


def _alarms(conn: Connection, council: str, at: datetime) -> dict[str, list[Alarm]]:
    """The alarms that go on at each of a council's bins, those that matter most first; news of the past is none of a crew's."""
    of_bins: dict[str, list[Alarm]] = {}
    going_on = (alarm for alarm in alarms.alarms(conn, council, at) if alarm.ended_at is None and not alarm.late)
    for alarm in sorted(going_on, key=lambda one: KINDS.index(one.kind)):
        if alarm.bin_id:
            of_bins.setdefault(alarm.bin_id, []).append(alarm)
    return of_bins


@router.post("/crew/rounds/{round_id}/told")
def tell(
    request: Request,
    round_id: UUID,
    conn: Conn,
    conf: Conf,
    caller: Crew,
    at: Now,
    told: Annotated[str, Form(max_length=100)],
    event_id: Annotated[UUID, Form(alias="id")],
    stop_id: Annotated[UUID | None, Form()] = None,
    bin_id: Annotated[str | None, Form(max_length=100, pattern=r"^[^\x00]*$")] = None,
) -> Response:
    """What a crew tells by a form without JavaScript, of a stop or of another bin; then the same page, at the next stop."""
    event, fill, note = heard(told)
    kept = CrewEvent(id=event_id, at=at, event=event, observed_fill=fill, note=note)  # type: ignore[arg-type]
    if stop_id is not None:
        tell_of_stop(conn, caller, stop_id, kept, at)
    elif bin_id:
        tell_of_bin(conn, caller, round_id, bin_id, kept, at)
    else:
        words = render.words(request)
        errors = {"bin_id": words("Mark the bin that you mean.")}
        return _page(request, conn, sheet(conn, caller.council, round_id), caller, at, conf.public_url, errors, 422)
    return render.see_other(request, f"/crew/rounds/{round_id}")


@router.post("/crew/rounds/{round_id}/again")
def order_again(
    request: Request,
    round_id: UUID,
    planner: Background,
    conf: Conf,
    caller: WaitingCrew,
    at: Now,
    asked_id: Annotated[UUID, Form(alias="id")],
    why: Annotated[Why | None, Form()] = None,
    load: Annotated[Load | None, Form()] = None,
) -> Response:
    """Plan the rest of the day again; then the new plan, or the same page with why there is none."""
    words = render.words(request)
    try:
        if why is None:
            raise Problem(422, "invalid", said("Say why the rest must be planned again."))
        plan_again(request, planner, caller, round_id, AgainAsked(id=asked_id, why=why, load=load), at)
    except NotHere:
        raise
    except Problem as problem:
        with database(request).transaction(ANSWERS_WITHIN_S) as conn:
            errors = {"why": problem.told(words)}
            return _page(
                request, conn, sheet(conn, caller.council, round_id), caller, at, conf.public_url, errors, problem.status
            )
    return render.see_other(request, f"/crew/rounds/{round_id}")
