"""A round as a crew sees it: the plan, and what became of each stop so far."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from uuid import UUID

from api.problems import NotHere
from streets.rounds.outcome import Told, by_stop, closing, standing, with_old_tips
from streets.store import rounds, stop_events
from streets.store.database import Connection
from streets.store.rounds import NotToday, PlannedRound, PlannedStop
from streets.store.stop_events import Mark

TAKEN_BACK_AT_MOST = 10


def state_of(told: tuple[Told, ...]) -> str:
    """What became of a stop or a bin: its closing event's name, overflowing while one waits to be dealt with, or open."""
    closed = closing(told)
    if closed:
        return closed.event
    return "overflowing" if any(event.event == "overflowing" for event in told) else "open"


@dataclass(frozen=True, slots=True)
class SeenStop:
    """A stop, and the events told of it that stand. `number` counts bins and tips from 1; all others have 0."""

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
        return state_of(self.told)


@dataclass(frozen=True, slots=True)
class SeenBin:
    """A bin that is on none of the day's rounds, and the events told of it that stand."""

    left: NotToday
    told: tuple[Told, ...]

    @property
    def state(self) -> str:
        """As a stop's."""
        return state_of(self.told)


@dataclass(frozen=True, slots=True)
class LastTold:
    """An event that stands, and where it was told of; `stop_id` and `number` are None off the round."""

    event: Told
    key: str
    stop_id: UUID | None
    number: int | None
    name: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A round, its stops in order, and the bins that are on none of the day's rounds, the nearest to the next stop first.

    `events` are all that were told on this day, at whatever stop, when the sheet was made.
    """

    round: PlannedRound
    stops: tuple[SeenStop, ...]
    not_today: tuple[SeenBin, ...]
    events: tuple[Told, ...]

    @property
    def work(self) -> tuple[SeenStop, ...]:
        """The stops with something to do: bins and tips."""
        return tuple(stop for stop in self.stops if stop.plan.is_work)

    @property
    def next(self) -> SeenStop | None:
        """The first stop with something still to do."""
        return next((stop for stop in self.work if not stop.closed), None)

    @property
    def trail(self) -> list[LastTold]:
        """The last events that stand, the newest last, for taking them back one after the other."""
        at_stops = [
            LastTold(event, one.plan.key, one.plan.stop_id, one.number, one.plan.name) for one in self.work for event in one.told
        ]
        off_rounds = [LastTold(event, one.left.bin_id, None, None, one.left.name) for one in self.not_today for event in one.told]
        in_order = sorted([*at_stops, *off_rounds], key=lambda last: (last.event.at, last.event.received_at))
        return in_order[-TAKEN_BACK_AT_MOST:]

    @property
    def mark(self) -> Mark:
        """The mark of what this sheet holds, which is not yet that of an event told while it was made."""
        return Mark(self.round.round_id, len(self.events))

    def taken_in(self, since: datetime) -> list[UUID]:
        """The events received from then on that this sheet holds: of two requests at once the later may not see the earlier's."""
        return [event.event_id for event in self.events if event.received_at >= since]


def sheets_of(conn: Connection, found: list[PlannedRound]) -> list[Sheet]:
    """The sheets of rounds of one day."""
    if not found:
        return []
    council, service_date = found[0].council, found[0].service_date
    events = stop_events.of_day(conn, council, service_date)
    told = by_stop(events)
    left = [SeenBin(each, tuple(standing(told.get(each.bin_id, [])))) for each in rounds.left_out(conn, council, service_date)]
    tips = stop_events.old_tips(conn, council, service_date)
    stops = [_seen(rounds.stops(conn, each.round_id), told, tips.get(each.vehicle_id, [])) for each in found]
    return [Sheet(each, seen, _nearest_first(left, seen), tuple(events)) for each, seen in zip(found, stops, strict=True)]


def _nearest_first(left: list[SeenBin], stops: tuple[SeenStop, ...]) -> tuple[SeenBin, ...]:
    here = next((stop.plan for stop in stops if stop.plan.kind == "bin" and not stop.closed), stops[0].plan)
    return tuple(sorted(left, key=lambda seen: _off_degrees(here, seen.left)))


def _off_degrees(here: PlannedStop, left: NotToday) -> float:
    """How far a bin is from a stop as the crow flies, in degrees of latitude."""
    return math.hypot(left.lat - here.lat, (left.lon - here.lon) * math.cos(math.radians(here.lat)))


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


def _seen(stops: list[PlannedStop], told: dict[object, list[Told]], old_tips: Sequence[UUID]) -> tuple[SeenStop, ...]:
    known = with_old_tips([(stop.told_of, stop.kind == "tip") for stop in stops if stop.is_work], told, old_tips)
    numbers = count(1)
    return tuple(
        SeenStop(stop, tuple(standing(known.get(stop.told_of, []))), next(numbers) if stop.is_work else 0) for stop in stops
    )


def lateness_s(seen: Sheet, at: datetime) -> int | None:
    """How many seconds behind plan the crew is: the next stop's time against now; None before the start and after the end."""
    if seen.next is None or not any(stop.closed for stop in seen.work):
        return None
    return max(0, int((at - seen.next.plan.eta).total_seconds()))
