"""Planning the rest of a day again because a crew asks: what is done stays, and the crew's word on its load counts."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from api.pages.words import said
from api.problems import Problem
from api.who import Caller
from streets.planning import rounds as planning
from streets.store import rounds, vehicle_loads
from streets.store.database import Connection
from streets.store.rounds import PlannedRound
from streets.store.vehicle_loads import VehicleLoad

NOT_SOONER_THAN = timedelta(minutes=1)
"""After a plan: several phones of a day that ask at once get one new plan, not one each."""

Why = Literal["late", "vehicle_full", "street_closed", "other"]
Load = Literal["empty", "quarter", "half", "three_quarters", "full"]

SHARES: dict[Load, float] = {"empty": 0.0, "quarter": 0.25, "half": 0.5, "three_quarters": 0.75, "full": 1.0}


class AgainAsked(BaseModel):
    """Why the rest is to be planned again, and how full the vehicle is now, where the crew says so; `id` is made on the phone."""

    model_config = ConfigDict(extra="forbid")
    id: UUID
    why: Why
    load: Load | None = None


def plan_again(conn: Connection, caller: Caller, asked_of: PlannedRound, asked: AgainAsked, at: datetime) -> Problem | None:
    """Plan the day of a round again; None where that went well, else why it did not. What is told of the load is kept anyway."""
    rounds.lock(conn, caller.council, asked_of.service_date)
    if asked.load:
        vehicle_loads.tell(conn, _load(caller, asked_of, asked, SHARES[asked.load], at))
    last_at = max(each.planned_at for each in rounds.of_day(conn, caller.council, asked_of.service_date))
    if at - last_at < NOT_SOONER_THAN:
        return Problem(429, "planned_just_now", said("The day was planned less than a minute ago."), {"Retry-After": "60"})
    try:
        planning.plan_day(
            conn, caller.council, asked_of.service_date, at, again=True, planned_by=caller.subject, asked_because=asked.why
        )
    except planning.REFUSALS as error:
        return Problem(409, "cannot_plan", str(error))
    return None


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
