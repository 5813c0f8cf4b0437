"""Plan every council's rounds by the clock."""

from datetime import date, datetime, time, timedelta

from streets.planning.day import LONDON
from streets.planning.rounds import CLOCK, REFUSALS, plan_day
from streets.store import rounds
from streets.store.database import Connection

REPLANS_AT = time(4)
LAST_HOUR = timedelta(hours=1)


def plan_rounds(conn: Connection, at: datetime) -> str:
    """Plan each council's next working day: today's until the last hour of its shifts, then the next.

    What the clock planned is planned again from 4 am on with the night's readings; what an officer planned is left alone.
    """
    local = at.astimezone(LONDON)
    told = []
    for council in rounds.plannable(conn):
        service_date = _next_day(conn, council, local)
        standing = rounds.of_day(conn, council, service_date)
        morning = datetime.combine(service_date, REPLANS_AT, LONDON)
        again = any(each.planned_by == CLOCK and each.planned_at < morning <= local for each in standing)
        try:
            planned = plan_day(conn, council, service_date, at, again=again)
        except REFUSALS as error:
            told.append(f"{council}: not planned for {service_date}: {error}")
            continue
        if planned.is_new:
            told.append(f"{council}: {len(planned.rounds)} rounds planned for {service_date}")
    return "; ".join(told) or "nothing to plan"


def _next_day(conn: Connection, council: str, local: datetime) -> date:
    ends = max(each.shift_until for each in rounds.vehicles(conn, council))
    is_over = local >= datetime.combine(local.date(), ends, LONDON) - LAST_HOUR
    return local.date() + timedelta(days=1 if is_over else 0)
