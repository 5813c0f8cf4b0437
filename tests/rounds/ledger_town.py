"""A small town whose rounds are planned and driven, day after day: what the savings ledger is made of."""

from datetime import date, datetime, time, timedelta
from uuid import uuid4

from planned_day import plan_day
from small_town import STATUS, Town

from streets.accounts import emptyings
from streets.planning.day import LONDON
from streets.planning.savings import close_day, closes_at
from streets.rounds.outcome import Told
from streets.store import rounds, savings, stop_events
from streets.store.savings import Line

SOUTH, NORTH, EAST, WEST = (200, -5), (200, 405), (405, 100), (-5, 300)


def morning(day: date) -> datetime:
    """Half past four in the street, when the day is planned."""
    return datetime.combine(day, time(4, 30), LONDON)


def understood(town: Town, word: str, day: date, fill_pct: float | None, full_in_h: float | None) -> None:
    """What the sensor tells on the morning of a day; without a fill it is silent."""
    town.conn.execute("DELETE FROM bin_status WHERE bin_id = %s", (f"{town.council}-{word}",))
    if fill_pct is None or full_in_h is None:
        town.tell(word, "silent", emptied_h=30)
        return
    at = morning(day)
    full_at = at + timedelta(hours=full_in_h)
    hour = timedelta(hours=1)
    values = ("measured", fill_pct, at, at - 48 * hour, 1.0, full_at, full_at - hour, full_at + hour, None, at)
    town.conn.execute(STATUS, (f"{town.council}-{word}", *values))


def drive(town: Town, day: date, most: int = 99) -> int:
    """Plan a day and have the crew empty at most so many of its bins; return how many bins were on the rounds."""
    planned = plan_day(town.conn, town.council, day, morning(day), budget_s=1)
    stops = [stop for each in planned.rounds for stop in rounds.stops(town.conn, each.round_id) if stop.kind == "bin"]
    for stop in stops[:most]:
        tell(town, stop.stop_id, stop.bin_id, stop.eta, "emptied")
    return len(stops)


def tell(town: Town, stop_id: object, bin_id: str | None, at: datetime, event: str) -> None:
    """The crew tells of a stop."""
    of_day = stop_events.stop(town.conn, town.council, stop_id)  # type: ignore[arg-type]
    assert of_day is not None
    told = Told(
        event_id=uuid4(), stop_id=of_day.stop_id, bin_id=bin_id, at=at, event=event,
        observed_fill=None, note=None, received_at=at, told_by="crew",
    )  # fmt: skip
    emptyings.tell(town.conn, of_day.service_date, told, told.received_at)


def close(town: Town, day: date) -> str:
    """Close a day when it may be closed."""
    return close_day(town.conn, town.council, day, closes_at(day), budget_s=1)


def line_of(town: Town, day: date, word: str | None) -> Line:
    """The line of a bin and day, or without a bin that of the way home."""
    wanted = f"{town.council}-{word}" if word else None
    found = [
        line
        for line in savings.lines(town.conn, town.council, day.replace(day=1))
        if (line.service_date, line.bin_id) == (day, wanted)
    ]
    assert len(found) == 1
    return found[0]
