"""What holds of single bins on a day, by officers' orders and by alarms that go on."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from streets.rounds.orders import Ordered, ordered
from streets.store import alarms, bin_orders
from streets.store.database import Connection
from streets.store.rounds import ReachableBin

LONDON = ZoneInfo("Europe/London")
ALARMS_CONCERN = timedelta(days=1)
"""An alarm of now says nothing of next week's rounds; they are planned again before they are driven."""


def ordered_of_day(
    conn: Connection, council: str, service_date: date, at: datetime, bins: Iterable[ReachableBin]
) -> dict[str, Ordered]:
    """What holds of each bin of which anything does. A visit is an emptying, or a crew's word that there was nothing to take."""
    seen, due = bin_orders.found_not_full(conn, council), defaultdict(list)
    visited = {each.bin_id: _later(each.last_emptied_at, seen.get(each.bin_id)) for each in bins}
    for order in bin_orders.of_day(conn, council, service_date):
        visited_at = visited.get(order.bin_id)
        visited_on = visited_at.astimezone(LONDON).date() if visited_at else None
        if not order.must or order.is_due(service_date, visited_at, visited_on):
            due[order.bin_id].append(order)
    on, unseen = _alarms(conn, council, at) if service_date - at.astimezone(LONDON).date() <= ALARMS_CONCERN else ({}, {})
    found = {bin_id: ordered(due.get(bin_id, ()), on.get(bin_id, ()), unseen.get(bin_id, ())) for bin_id in visited}
    return {bin_id: each for bin_id, each in found.items() if each is not None}


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((each for each in (one, other) if each is not None), default=None)


def _alarms(conn: Connection, council: str, at: datetime) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """The kinds of alarms that go on, by bin, and those of them that no officer has seen to."""
    on: defaultdict[str, set[str]] = defaultdict(set)
    unseen: defaultdict[str, set[str]] = defaultdict(set)
    for alarm in alarms.alarms(conn, council, at):
        if alarm.bin_id is not None and alarm.ended_at is None and not alarm.late:
            on[alarm.bin_id].add(alarm.kind)
            if alarm.rings:
                unseen[alarm.bin_id].add(alarm.kind)
    return on, unseen
