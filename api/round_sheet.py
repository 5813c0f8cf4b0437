"""A round as a crew sees it: the plan, and what became of each stop so far."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from api.problems import NotHere
from streets.rounds.outcome import Told, by_stop, closing, standing
from streets.store import rounds, stop_events
from streets.store.database import Connection
from streets.store.rounds import NotToday, PlannedRound, PlannedStop


@dataclass(frozen=True, slots=True)
class SeenStop:
    """A stop, and the events told of it that stand. `number` counts bins and tips from 1; the start has 0."""

    plan: PlannedStop
    told: tuple[Told, ...]
    number: int

    @property
    def closed(self) -> Told | None:
        """The event that closed the stop, or None while it is open."""
        return closing(self.told)

    @property
    def state(self) -> str:
        """The closing event's name, overflowing while one waits to be dealt with, or open."""
        if self.closed:
            return self.closed.event
        return "overflowing" if any(event.event == "overflowing" for event in self.told) else "open"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A round, its stops in order, and the bins that are on none of the day's rounds."""

    round: PlannedRound
    stops: tuple[SeenStop, ...]
    not_today: tuple[NotToday, ...]

    @property
    def work(self) -> tuple[SeenStop, ...]:
        """The stops with something to do: bins and tips."""
        return tuple(stop for stop in self.stops if stop.plan.kind in ("bin", "tip"))

    @property
    def next(self) -> SeenStop | None:
        """The first stop with something still to do."""
        return next((stop for stop in self.work if not stop.closed), None)

    @property
    def last_told(self) -> SeenStop | None:
        """The stop of which the crew told last, for taking it back."""
        told = [stop for stop in self.work if stop.told]
        return max(told, key=lambda stop: max((event.at, event.received_at) for event in stop.told), default=None)


def sheets_of(conn: Connection, found: list[PlannedRound]) -> list[Sheet]:
    """The sheets of rounds of one day."""
    if not found:
        return []
    council, service_date = found[0].council, found[0].service_date
    told = by_stop(stop_events.of_day(conn, council, service_date))
    left = tuple(rounds.left_out(conn, council, service_date))
    return [Sheet(each, _seen(rounds.stops(conn, each.round_id), told), left) for each in found]


def sheet(conn: Connection, council: str, round_id: UUID) -> Sheet:
    """The sheet of a round, or of the round that superseded it. Raises NotHere where the council has no such round."""
    found = rounds.in_force(conn, council, round_id)
    if found is None:
        raise NotHere("Your council has no such round.")
    return sheets_of(conn, [found])[0]


def sheets(conn: Connection, council: str, of: date | UUID) -> list[Sheet]:
    """The sheets of a day, which may be none, or of one round. Raises NotHere where the council has no such round."""
    if isinstance(of, UUID):
        return [sheet(conn, council, of)]
    return sheets_of(conn, rounds.of_day(conn, council, of))


def _seen(stops: list[PlannedStop], told: dict[object, list[Told]]) -> tuple[SeenStop, ...]:
    return tuple(
        SeenStop(stop, tuple(standing(told.get(stop.bin_id or stop.stop_id, []))), number) for number, stop in enumerate(stops)
    )


def lateness_s(seen: Sheet, at: datetime) -> int | None:
    """How many seconds behind plan the crew is: the next stop's time against now; None before the start and after the end."""
    if seen.next is None or not any(stop.closed for stop in seen.work):
        return None
    return max(0, int((at - seen.next.plan.eta).total_seconds()))
