"""A day planned at once, in the transaction of a test."""

from datetime import date, datetime

from streets.planning.rounds import CLOCK, Planned, day_to_plan, keep, searched
from streets.store import rounds
from streets.store.database import Connection


def plan_day(
    conn: Connection,
    council: str,
    service_date: date,
    at: datetime,
    *,
    again: bool = False,
    planned_by: str = CLOCK,
    pence_per_overflow: float | None = None,
    budget_s: float | None = None,
) -> Planned:
    """Plan a day's rounds, or give those in force; with `again` a new version around what is done."""
    standing = tuple(rounds.of_day(conn, council, service_date))
    if standing and not again:
        return Planned(standing, is_new=False)
    read = day_to_plan(conn, council, service_date, at, pence_per_overflow)
    return keep(conn, read, searched(read, 0, budget_s), planned_by, {"seed": 0})
