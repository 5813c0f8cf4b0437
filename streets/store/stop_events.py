"""What crews told of their stops."""

from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from streets.rounds.outcome import Told, by_stop, standing
from streets.store.database import Connection, execute, row, rows


@dataclass(frozen=True, slots=True, kw_only=True)
class StopOfDay:
    """A stop and the day of its round."""

    stop_id: UUID
    round_id: UUID
    kind: str
    bin_id: str | None
    name: str
    service_date: date


def stop(conn: Connection, council: str, stop_id: UUID) -> StopOfDay | None:
    """The stop, or None where the council has no such stop."""
    return row(conn, "stop_of_council", StopOfDay, council=council, stop_id=stop_id)


def of_day(conn: Connection, council: str, service_date: date) -> list[Told]:
    """A day's events."""
    return rows(conn, "stop_events_of_day", Told, council=council, service_date=service_date)


def tell(conn: Connection, council: str, at_stop: StopOfDay, told: Told) -> bool:
    """Keep an event, and the emptyings of its bin as the crew's standing events say; False where it was known already."""
    added = execute(conn, "add_stop_event", **{name: each for name, each in asdict(told).items() if name != "bin_id"}) == 1
    if added and at_stop.bin_id is not None:
        of_bin = by_stop(of_day(conn, council, at_stop.service_date))[at_stop.bin_id]
        _keep_emptyings(conn, at_stop.bin_id, of_bin)
    return added


def _keep_emptyings(conn: Connection, bin_id: str, told: list[Told]) -> None:
    stands = {event.event_id for event in standing(told)}
    for event in told:
        if event.event == "emptied" and event.event_id not in stands:
            execute(conn, "remove_crew_emptying", bin_id=bin_id, emptied_at=event.at)
    for event in told:
        if event.event == "emptied" and event.event_id in stands:
            execute(conn, "add_crew_emptying", bin_id=bin_id, emptied_at=event.at, fill_before_pct=event.observed_fill)
