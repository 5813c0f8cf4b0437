"""What crews told of their stops."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from streets.bins.visits import Tap
from streets.rounds.outcome import Told, standing
from streets.store.database import Connection, execute, row, rows, value


@dataclass(frozen=True, slots=True, kw_only=True)
class StopOfDay:
    """A stop and the day of its round."""

    stop_id: UUID
    round_id: UUID
    kind: str
    bin_id: str | None
    name: str
    service_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class _ToldOn(Told):
    service_date: date


def stop(conn: Connection, council: str, stop_id: UUID) -> StopOfDay | None:
    """The stop, or None where the council has no such stop."""
    return row(conn, "stop_of_council", StopOfDay, council=council, stop_id=stop_id)


def of_day(conn: Connection, council: str, service_date: date) -> list[Told]:
    """A day's events."""
    return rows(conn, "stop_events_of_day", Told, council=council, service_date=service_date)


def of_bin(conn: Connection, bin_id: str, since: datetime, until: datetime | None = None) -> list[Tap]:
    """What crews told at a bin from `since` on and did not take back, in time order; before `until` where it is given."""
    told = rows(conn, "stop_events_of_bin", _ToldOn, bin_id=bin_id, since=since, until=until)
    stands = [event for _, of_day in groupby(told, key=lambda event: event.service_date) for event in standing(of_day)]
    return sorted((Tap(event.at.timestamp(), event.event, event.observed_fill) for event in stands), key=lambda tap: tap.at_s)


def first_of_day(conn: Connection, stop_id: UUID) -> datetime:
    """When the first was told of the stop's bin on the day of its round; something was told of the stop."""
    first: datetime = value(conn, "first_stop_event_of_day", stop_id=stop_id)
    return first


def keep(conn: Connection, told: Told) -> bool:
    """Keep an event; False where it was known already."""
    return execute(conn, "add_stop_event", **{name: each for name, each in asdict(told).items() if name != "bin_id"}) == 1
