"""Plan every council's rounds by the clock."""

from datetime import date, datetime, time, timedelta

from streets.planning.day import LONDON
from streets.planning.rounds import CLOCK, REFUSALS, plan_day
from streets.store import rounds
from streets.store.database import Connection

REPLANS_AT = time(4)
LAST_HOUR = timedelta(hours=1)


def plan_rounds(conn: Connection, at: datetime) -> str:
    """Plan each council's working day: today's until the last hour of its shifts, and from the middle of them on tomorrow's.

    What the clock planned is planned again from 4 am on with the night's readings; what an officer planned is left alone.
    """
    local = at.astimezone(LONDON)
    told = []
    for council in rounds.plannable(conn):
        for service_date in _days(conn, council, local):
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


def _days(conn: Connection, council: str, local: datetime) -> list[date]:
    """The days to plan now: a crew whose shift is half over sees tomorrow's round beside what is left of today's."""
    vehicles, today = rounds.vehicles(conn, council), local.date()
    begin = datetime.combine(today, min(each.shift_from for each in vehicles), LONDON)
    end = datetime.combine(today, max(each.shift_until for each in vehicles), LONDON)
    days = [today] if local < end - LAST_HOUR else []
    return [*days, today + timedelta(days=1)] if local >= begin + (end - begin) / 2 else days
