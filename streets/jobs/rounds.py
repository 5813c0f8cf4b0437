"""Plan every council's rounds by the clock."""

from datetime import date, datetime, timedelta
from uuid import uuid4

from streets import clock
from streets.planning.day import LONDON
from streets.planning.rounds import CLOCK, REFUSALS, REPLANS_AT
from streets.planning.runs import BusyError, Order, ask, carry_out
from streets.rounds.watch import PlanCancelledError
from streets.store import planning_runs, rounds
from streets.store.database import Connection, Database

LAST_HOUR = timedelta(hours=1)


def plan_rounds(db: Database, at: datetime) -> str:
    """Plan each council's working day: today's until the last hour of its shifts, and from the middle of them on tomorrow's.

    What the clock planned is planned again from 4 am on with the night's readings; what an officer planned is left alone.
    """
    local = at.astimezone(LONDON)
    with db.transaction() as conn:
        days = [(council, day) for council in rounds.plannable(conn) for day in _days(conn, council, local)]
        standing = {of: rounds.of_day(conn, *of) for of in days}
    wanted = [
        Order(council=council, service_date=day, asked_by=CLOCK, again=bool(planned))
        for (council, day), planned in standing.items()
        if not planned or any(_is_old(each, local) for each in planned)
    ]
    return "; ".join(_planned(db, order, at) for order in wanted) or "nothing to plan"


def _is_old(planned: rounds.PlannedRound, local: datetime) -> bool:
    """Whether the clock planned it before the morning, which has come."""
    morning = datetime.combine(planned.service_date, REPLANS_AT, LONDON)
    return planned.planned_by == CLOCK and planned.planned_at < morning <= local


def _planned(db: Database, order: Order, at: datetime) -> str:
    """Carry out an order, and say what came of it."""
    taken_by = uuid4()
    try:
        with db.transaction() as conn:
            planning_runs.forget_failed(conn, order.council, order.service_date, CLOCK)
            asked = ask(conn, order, taken_by, at)
        planned = carry_out(db, asked, taken_by, clock.running_from(at))
    except (*REFUSALS, BusyError, PlanCancelledError) as error:
        return f"{order.council}: not planned for {order.service_date}: {error}"
    return f"{order.council}: {len(planned.rounds) if planned else 0} rounds planned for {order.service_date}"


def _days(conn: Connection, council: str, local: datetime) -> list[date]:
    """The days to plan now: a crew whose shift is half over sees tomorrow's round beside what is left of today's."""
    vehicles, today = rounds.vehicles(conn, council), local.date()
    begin = datetime.combine(today, min(each.shift_from for each in vehicles), LONDON)
    end = datetime.combine(today, max(each.shift_until for each in vehicles), LONDON)
    days = [today] if local < end - LAST_HOUR else []
    return [*days, today + timedelta(days=1)] if local >= begin + (end - begin) / 2 else days
