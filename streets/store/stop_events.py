"""What crews told of their stops, and of bins that were on no round."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from streets.bins.visits import Tap
from streets.rounds.outcome import Told, standing
from streets.store.database import Connection, column, execute, row, rows, value


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


@dataclass(frozen=True, slots=True)
class _OldTip:
    vehicle_id: str
    stop_id: UUID


@dataclass(frozen=True, slots=True)
class Mark:
    """What changes when there is news of a round: a newer plan's round, or one more event of the day."""

    round_id: UUID
    events: int

    def __str__(self) -> str:
        return f"{self.round_id}/{self.events}"


def stop(conn: Connection, council: str, stop_id: UUID) -> StopOfDay | None:
    """The stop, or None where the council has no such stop."""
    return row(conn, "stop_of_council", StopOfDay, council=council, stop_id=stop_id)


def has_bin(conn: Connection, council: str, bin_id: str) -> bool:
    """Whether the council has such a bin."""
    return bool(value(conn, "bin_is_of_council", council=council, bin_id=bin_id))


def of_day(conn: Connection, council: str, service_date: date) -> list[Told]:
    """A day's events."""
    return rows(conn, "stop_events_of_day", Told, council=council, service_date=service_date)


def old_tips(conn: Connection, council: str, service_date: date) -> dict[str, list[UUID]]:
    """The stops at tips of a day's older plans, by vehicle."""
    found = rows(conn, "tips_of_older_plans", _OldTip, council=council, service_date=service_date)
    return {vehicle_id: [tip.stop_id for tip in of_one] for vehicle_id, of_one in groupby(found, key=lambda tip: tip.vehicle_id)}


def of_bin(conn: Connection, bin_id: str, since: datetime, until: datetime | None = None) -> list[Tap]:
    """What crews told at a bin from `since` on and did not take back, in time order; before `until` where it is given."""
    told = rows(conn, "stop_events_of_bin", _ToldOn, bin_id=bin_id, since=since, until=until)
    stands = [event for _, of_day in groupby(told, key=lambda event: event.service_date) for event in standing(of_day)]
    return sorted((Tap(event.at.timestamp(), event.event, event.observed_fill) for event in stands), key=lambda tap: tap.at_s)


def seen_overflowing(conn: Connection, council: str, since: date) -> frozenset[str]:
    """The bins that crews last called overflowing, on a day of service from `since` on, and that were not emptied after it."""
    return frozenset(column(conn, "bins_seen_overflowing", council=council, since=since))


def mark(conn: Connection, council: str, round_id: UUID) -> Mark | None:
    """The mark of the round in force, or None where the council has no such round."""
    return row(conn, "round_mark", Mark, council=council, round_id=round_id)


def first_of_day(conn: Connection, bin_id: str, service_date: date) -> datetime:
    """When the first was told of the bin on a day's rounds; something was."""
    first: datetime = value(conn, "first_event_of_day", bin_id=bin_id, service_date=service_date)
    return first


def keep(conn: Connection, service_date: date, told: Told) -> bool:
    """Keep an event; False where it was known already."""
    values = asdict(told)
    if told.stop_id is None:
        values.pop("stop_id")
        return execute(conn, "add_bin_event", **values, service_date=service_date) == 1
    values.pop("bin_id")
    return execute(conn, "add_stop_event", **values) == 1
