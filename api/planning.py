"""`/v1/rounds` for those who plan: a day's plan or its frontier is ordered, looked at while it is searched, and cancelled."""

import csv
import io
from dataclasses import asdict, fields
from datetime import date, datetime
from threading import Event
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Header, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from api import round_faces as faces
from api.context import ANSWERS_WITHIN_S, Background, Conn, Now, database
from api.faces import cell
from api.pages.words import Words
from api.planning_words import BEING_PLANNED, why_no_plan
from api.problems import NotHere, Problem
from api.round_shapes import DAY
from api.round_sheet import sheets
from api.shapes import Csv
from api.who import Officer, WaitingOfficer
from streets.planning.planner import Planner
from streets.planning.runs import BusyError, Order, alive_since
from streets.rounds.frontier import Point
from streets.store import planning_runs
from streets.store.database import Connection
from streets.store.planning_runs import PlanningRun

router = APIRouter(tags=["rounds"])

COLUMNS = tuple(field.name for field in fields(Point))
DECIMALS = {"km": 1, "hours": 1, "driving_pence": 0, "expected_overflows": 2}
"""As the page tells them: no search is as exact as its figures are long."""
OTHERWISE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The rounds that stood already.", "model": DAY},
    202: {"model": PlanningRun, "description": "Begun, where nobody waits for it: Location says where to look."},
}


class NoPlan(Problem):
    """409: a run of planning ended without a plan; programs are told why as a code with figures, too."""

    def __init__(self, run: PlanningRun) -> None:
        super().__init__(409, "cannot_plan", "", members={"reason": run.reason or run.state, "figures": run.figures or {}})
        self._run = run

    def told(self, words: Words) -> str:
        """Why there is no plan."""
        return why_no_plan(words, self._run)


class PlanOrder(BaseModel):
    """What an officer asks for: a day to plan, or with `again` to plan anew around the stops that are done; or its frontier."""

    model_config = ConfigDict(extra="forbid")
    service_date: date
    kind: Literal["plan", "frontier"] = "plan"
    again: bool = False
    pence_per_overflow: Annotated[float | None, Field(ge=0, le=1_000_000, allow_inf_nan=False)] = None

    def of(self, council: str, by: str) -> Order:
        """The order, as an officer's of a council."""
        return Order(council=council, asked_by=by, **self.model_dump())


def known_run(conn: Connection, council: str, run_id: UUID, at: datetime) -> PlanningRun:
    """The run of the path. Raises NotHere."""
    found = planning_runs.run(conn, council, run_id, alive_since(at))
    if found is None:
        raise NotHere("Your council has no such run of planning.")
    return found


def taken(request: Request, planner: Planner, order: Order, at: datetime) -> tuple[PlanningRun, Event]:
    """The run of an order, begun, and what is set when it has ended. Raises Problem 409 while the day has a run of its kind."""
    try:
        with database(request).transaction(ANSWERS_WITHIN_S) as conn:
            asked = planner.keep(conn, order, at)
    except BusyError as error:
        raise Problem(409, "being_planned", BEING_PLANNED) from error
    return asked, planner.begin(asked)


@router.post(
    "/v1/rounds", status_code=201, summary="Plan a day's rounds, or plan them again", responses=OTHERWISE, response_model=DAY
)
def order(
    request: Request,
    asked: PlanOrder,
    planner: Background,
    caller: WaitingOfficer,
    at: Now,
    prefer: Annotated[str, Header()] = "",
) -> Response:
    """201 with the rounds that were planned, 200 with those that stood already; 409 says why there is no plan.

    With `Prefer: respond-async` (RFC 7240), and for a frontier, it is 202 at once: Location says where to look how far it is.
    """
    run, ended = taken(request, planner, asked.of(caller.council, caller.subject), at)
    if asked.kind == "frontier" or prefers_not_to_wait(prefer):
        return _accepted(run)
    ended.wait()
    with database(request).transaction(ANSWERS_WITHIN_S) as conn:
        return _planned(conn, known_run(conn, run.council, run.run_id, at))


def prefers_not_to_wait(prefer: str) -> bool:
    """Whether a Prefer header names respond-async."""
    return "respond-async" in (part.partition(";")[0].strip().lower() for part in prefer.split(","))


def _accepted(run: PlanningRun) -> Response:
    answer = faces.json_answer(asdict(run), 202)
    answer.headers.update({"Location": f"/v1/rounds/runs/{run.run_id}", "Preference-Applied": "respond-async"})
    return answer


def _planned(conn: Connection, run: PlanningRun) -> Response:
    if run.result is None:
        raise NoPlan(run)
    found = sheets(conn, run.council, run.service_date)
    return faces.json_answer(faces.day(run.council, run.service_date, found), 201 if run.result["is_new"] else 200)


@router.get("/v1/rounds/runs/{run_id}.csv", summary="A frontier as a table", response_class=Csv)
def frontier_csv(run_id: UUID, conn: Conn, caller: Officer, at: Now) -> Response:
    """One line a price of an overflow: the best plan found for it, in figures."""
    run = known_run(conn, caller.council, run_id, at)
    if run.kind != "frontier" or run.result is None:
        raise NotHere("This run drew no frontier.")
    return faces.file_answer(csv_text(run.result["points"]), "text/csv; charset=utf-8", f"frontier-{run.service_date}.csv")


def csv_text(points: list[dict[str, Any]]) -> str:
    """One line a point, under a header line."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([cell(_rounded(column, point[column])) for column in COLUMNS] for point in points)
    return text.getvalue()


def _rounded(column: str, figure: Any) -> Any:
    return f"{figure:.{DECIMALS[column]}f}" if column in DECIMALS else figure


@router.get("/v1/rounds/runs/{run_id}", summary="How far a run of planning is", response_model=PlanningRun)
def show_run(run_id: UUID, conn: Conn, caller: Officer, at: Now) -> Response:
    """`state` is queued, running, done, failed, cancelled or interrupted; `share` of the time to search is over."""
    return faces.json_answer(asdict(known_run(conn, caller.council, run_id, at)))


@router.delete("/v1/rounds/runs/{run_id}", status_code=202, summary="Cancel a run of planning", response_model=PlanningRun)
def cancel_run(run_id: UUID, conn: Conn, caller: Officer, at: Now) -> Response:
    """202: it has ended, and the plan that stood stands; 409 where it had ended before."""
    run = known_run(conn, caller.council, run_id, at)
    if not planning_runs.cancel(conn, caller.council, run.run_id, caller.subject, at):
        ended = known_run(conn, caller.council, run_id, at)
        raise Problem(409, "has_ended", f"This run is {ended.state}.")
    return faces.json_answer(asdict(known_run(conn, caller.council, run_id, at)), 202)
