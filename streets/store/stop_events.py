"""What crews told of their stops, and of bins that were on no round."""

from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from streets.rounds.outcome import Told, by_stop, emptyings
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


def seen_overflowing(conn: Connection, council: str, since: date) -> frozenset[str]:
    """The bins that crews last called overflowing, on a day of service from `since` on, and that were not emptied after it."""
    return frozenset(column(conn, "bins_seen_overflowing", council=council, since=since))


def mark(conn: Connection, council: str, round_id: UUID) -> Mark | None:
    """The mark of the round in force, or None where the council has no such round."""
    return row(conn, "round_mark", Mark, council=council, round_id=round_id)


def tell(conn: Connection, council: str, service_date: date, told: Told) -> bool:
    """Keep an event, and the emptyings of its bin as the crews' standing events say; False where it was known already."""
    values = asdict(told)
    if told.stop_id is None:
        values.pop("stop_id")
        added = execute(conn, "add_bin_event", **values, service_date=service_date) == 1
    else:
        values.pop("bin_id")
        added = execute(conn, "add_stop_event", **values) == 1
    if added and told.bin_id is not None:
        _keep_emptyings(conn, told.bin_id, by_stop(of_day(conn, council, service_date))[told.bin_id])
    return added


def _keep_emptyings(conn: Connection, bin_id: str, told: list[Told]) -> None:
    counted = {event.event_id: event for event in emptyings(told)}
    for event in told:
        if event.event == "emptied" and event.event_id not in counted:
            execute(conn, "remove_crew_emptying", bin_id=bin_id, emptied_at=event.at)
    for event in counted.values():
        execute(conn, "add_crew_emptying", bin_id=bin_id, emptied_at=event.at, fill_before_pct=event.observed_fill)
