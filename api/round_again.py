"""Planning the rest of a day again because a crew asks: what is done stays, and the crew's word on its load counts."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from fastapi import Request
from pydantic import BaseModel, ConfigDict

from api.context import ANSWERS_WITHIN_S, database
from api.pages.words import said
from api.planning import NoPlan, known_run
from api.planning_words import BEING_PLANNED
from api.problems import NotHere, Problem
from api.who import Caller
from streets.planning.planner import Planner
from streets.planning.runs import BusyError, Order
from streets.store import rounds, vehicle_loads
from streets.store.database import Connection
from streets.store.planning_runs import PlanningRun
from streets.store.rounds import PlannedRound
from streets.store.vehicle_loads import VehicleLoad

NOT_SOONER_THAN = timedelta(minutes=1)
"""After a plan: several phones of a day that ask at once get one new plan, not one each."""

PATIENCE_S = 30
"""How long a phone waits for the plan of a large town before it is told that the plan will come by itself."""

Why = Literal["late", "vehicle_full", "street_closed", "other"]
Load = Literal["empty", "quarter", "half", "three_quarters", "full"]

SHARES: dict[Load, float] = {"empty": 0.0, "quarter": 0.25, "half": 0.5, "three_quarters": 0.75, "full": 1.0}


class AgainAsked(BaseModel):
    """Why the rest is to be planned again, and how full the vehicle is now, where the crew says so; `id` is made on the phone."""

    model_config = ConfigDict(extra="forbid")
    id: UUID
    why: Why
    load: Load | None = None


def plan_again(request: Request, planner: Planner, caller: Caller, round_id: UUID, asked: AgainAsked, at: datetime) -> bool:
    """Have the day of a round planned again; False where it still is being planned after PATIENCE_S.

    What is told of the load is kept in any case. Raises NotHere, Problem 429 soon after another plan, and Problem 409 where the
    day is being planned already or cannot be planned.
    """
    with database(request).transaction(ANSWERS_WITHIN_S) as conn:
        run = _asked_for(conn, planner, caller, round_id, asked, at)
    if isinstance(run, Problem):
        raise run
    planner.begin(run).wait(PATIENCE_S)
    with database(request).transaction(ANSWERS_WITHIN_S) as conn:
        ended = known_run(conn, caller.council, run.run_id, at)
    if not ended.at_work and ended.result is None:
        raise NoPlan(ended)
    return not ended.at_work


def _asked_for(
    conn: Connection, planner: Planner, caller: Caller, round_id: UUID, asked: AgainAsked, at: datetime
) -> PlanningRun | Problem:
    """The run, to be begun once this is committed; or what stands in its way, which must not undo what was told of the load."""
    planned = rounds.in_force(conn, caller.council, round_id)
    if planned is None:
        raise NotHere("Your council has no such round.")
    if asked.load:
        vehicle_loads.tell(conn, _load(caller, planned, asked, SHARES[asked.load], at))
    last_at = max(each.planned_at for each in rounds.of_day(conn, caller.council, planned.service_date))
    if at - last_at < NOT_SOONER_THAN:
        return Problem(429, "planned_just_now", said("The day was planned less than a minute ago."), {"Retry-After": "60"})
    order = Order(
        council=caller.council,
        service_date=planned.service_date,
        asked_by=caller.subject,
        again=True,
        asked_because=asked.why,
    )
    try:
        return planner.keep(conn, order, at)
    except BusyError:
        return Problem(409, "being_planned", BEING_PLANNED)


def _load(caller: Caller, asked_of: PlannedRound, asked: AgainAsked, share: float, at: datetime) -> VehicleLoad:
    return VehicleLoad(
        load_id=asked.id,
        council=caller.council,
        vehicle_id=asked_of.vehicle_id,
        service_date=asked_of.service_date,
        at=at,
        load_share=share,
        received_at=at,
        told_by=caller.subject,
    )
