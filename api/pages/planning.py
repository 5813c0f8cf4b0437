"""`/officer/rounds`: which days are planned, by whom and what is left out; plan, plan again, ask what another price would do."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.context import ANSWERS_WITHIN_S, Background, Conn, Now, database
from api.pages import frontier_chart, render
from api.pages.forms import Typed
from api.pages.words import LONDON
from api.planning import known_run, taken
from api.planning_forms import frontier_order, plan_order
from api.planning_words import BEING_PLANNED, LEFT_WORDS, STATE_WORDS, why_no_plan
from api.problems import Problem
from api.round_faces import PRIVATE, summary
from api.round_sheet import sheets
from api.round_words import ahead, why_not
from api.who import Caller, Officer, WaitingOfficer
from streets.planning.planner import Planner
from streets.planning.runs import Order, alive_since
from streets.store import planning_runs, planning_settings, rounds
from streets.store.database import Connection
from streets.store.planning_runs import PlanningRun

router = APIRouter()

DAYS_SHOWN = timedelta(days=7)
CHECKS_EVERY_S = (5, 15)
"""How often a page may look again by itself, where its reader asks for it (decision 43)."""


@router.get("/officer/rounds")
def list_days(request: Request, conn: Conn, caller: Officer, at: Now) -> Response:
    """Today, tomorrow and the coming week: planned or not, by whom, and what is being planned."""
    today = at.astimezone(LONDON).date()
    span = (today, today + DAYS_SHOWN)
    return _private(
        request,
        "planning_days.html",
        days=[today + timedelta(days=n) for n in range(DAYS_SHOWN.days + 1)],
        planned={each.service_date: each for each in rounds.versions(conn, caller.council, *span) if each.in_force},
        at_work={each.service_date: each for each in _runs(conn, caller, span, at) if each.at_work},
        setting=planning_settings.of_day(conn, caller.council, today),
    )


@router.get("/officer/rounds/runs/{run_id}")
def show_run(
    request: Request, run_id: UUID, conn: Conn, caller: Officer, at: Now, every: Annotated[int, Query(ge=0, le=60)] = 0
) -> Response:
    """How far a run is, or what came of it; it looks again by itself only where its reader asked for that."""
    run = known_run(conn, caller.council, run_id, at)
    frontier = run.result if run.kind == "frontier" else None
    drawn = frontier_chart.chart(frontier["points"], frontier["pence_per_overflow"]) if frontier else None
    every = every if every in CHECKS_EVERY_S and run.at_work else 0
    box = (frontier_chart.WIDTH, frontier_chart.HEIGHT)
    response = _private(
        request, "planning_run.html", run=run, why_no_plan=why_no_plan, every=every, offered=CHECKS_EVERY_S, chart=drawn, box=box
    )
    if every:
        response.headers["Refresh"] = str(every)
    return response


@router.post("/officer/rounds/runs/{run_id}/cancel")
def cancel_run(request: Request, run_id: UUID, conn: Conn, caller: Officer, at: Now) -> Response:
    """Ask for a run to be cancelled; then how it is."""
    run = known_run(conn, caller.council, run_id, at)
    planning_runs.cancel(conn, caller.council, run.run_id, caller.subject, at)
    return render.see_other(request, f"/officer/rounds/runs/{run.run_id}")


@router.get("/officer/rounds/{day}")
def show_day(request: Request, day: date, conn: Conn, caller: Officer, at: Now) -> Response:
    """A day's rounds, what they leave out, and forms to plan it."""
    return _day_page(request, conn, caller, day, at)


@router.post("/officer/rounds/{day}/plan")
def plan(request: Request, day: date, planner: Background, caller: WaitingOfficer, at: Now, typed: Typed) -> Response:
    """Begin to plan the day, around what is done; then how far it is."""
    order, errors = plan_order(render.words(request), typed, caller, day)
    return _begun(request, planner, caller, day, at, order, typed, errors)


@router.post("/officer/rounds/{day}/frontier")
def draw(request: Request, day: date, planner: Background, caller: WaitingOfficer, at: Now, typed: Typed) -> Response:
    """Begin to draw the frontier, or what one other price would lead to; then how far it is."""
    order, errors = frontier_order(render.words(request), typed, caller, day)
    return _begun(request, planner, caller, day, at, order, typed, errors)


def _begun(
    request: Request, planner: Planner, caller: Caller, day: date, at: datetime, order: Order | None, typed: Mapping[str, str],
    errors: Mapping[str, str],
) -> Response:  # fmt: skip
    """On to the run of an order; or the day's page again, where something is wrong with it or the day is being planned."""
    if order is not None:
        try:
            run, _ = taken(request, planner, order, at)
        except Problem:
            errors = {"plan": render.words(request)(BEING_PLANNED)}
        else:
            return render.see_other(request, f"/officer/rounds/runs/{run.run_id}")
    with database(request).transaction(ANSWERS_WITHIN_S) as conn:
        return _day_page(request, conn, caller, day, at, typed, errors)


def _day_page(
    request: Request, conn: Connection, caller: Caller, day: date, at: datetime, typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    """The page of a day, with the forms as they were filled in and what is wrong with them."""
    seen = sheets(conn, caller.council, day)
    words, left, runs = render.words(request), rounds.left_out(conn, caller.council, day), _runs(conn, caller, (day, day), at)
    return _private(
        request,
        "planning_day.html",
        422 if errors else 200,
        day=day,
        is_past=day < at.astimezone(LONDON).date(),
        rounds=[summary(each) for each in seen],
        ahead=next((said for each in seen if (said := ahead(words, each.round))), ""),
        versions=rounds.versions(conn, caller.council, day, day),
        left=Counter(each.why for each in left).most_common(),
        left_words=LEFT_WORDS,
        overflows=sum(each.why_detail.get("overflow", 0.0) for each in left),
        not_known=sum("overflow" not in each.why_detail for each in left),
        wanted=[(each, why_not(words, each)) for each in left if each.why == "no_time" or "must" in each.why_detail],
        runs=runs,
        at_work=next((each for each in runs if each.at_work), None),
        states=STATE_WORDS,
        setting=planning_settings.of_day(conn, caller.council, day),
        typed=typed or {},
        errors=errors or {},
    )


def _runs(conn: Connection, caller: Caller, span: tuple[date, date], at: datetime) -> list[PlanningRun]:
    return planning_runs.of_days(conn, caller.council, *span, alive_since(at))


def _private(request: Request, name: str, status: int = 200, **values: Any) -> Response:
    response = render.page(request, name, status, **values)
    response.headers.update(PRIVATE)
    return response
