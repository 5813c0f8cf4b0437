"""The counters of a place on its page: who passed today, each way, how much of that is estimated, and what is not known."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from api.places import PlaceCounter
from streets.footfall.counts import HOUR, HOUR_S
from streets.footfall.disclosure import public_ways
from streets.store.footfall import PlaceHour


@dataclass(frozen=True, slots=True)
class Way:
    """People of today in one direction, under the name that it had; None where it is not known or not published."""

    label: str | None
    people: int | None


@dataclass(frozen=True, slots=True)
class CounterToday:
    """A counter of a place today, in the hours that are over. Shares are 0 to 1; `not_known_why` as in streets.footfall.reports.

    A day in which directions were renamed tells each under each name. `is_withheld`: too few people one way to tell either.
    """

    counter: PlaceCounter
    ways: list[Way]
    is_known: bool
    is_withheld: bool
    estimated: float
    not_known: float
    not_known_why: str | None


def counters_today(
    counters: Iterable[PlaceCounter], hours: Sequence[PlaceHour], midnight: datetime, at: datetime
) -> list[CounterToday]:
    """Each counter's hours of today that are over by `at`."""
    over_h = (at - midnight) // HOUR
    return [_today(counter, [hour for hour in hours if hour.counter_id == counter.counter_id], over_h) for counter in counters]


def _today(counter: PlaceCounter, hours: Sequence[PlaceHour], over_h: int) -> CounterToday:
    known = [hour for hour in hours if hour.is_known and hour.unfit is None]
    people, estimated = sum(hour.people for hour in known), sum(hour.estimated_people for hour in known)
    known_s = sum(min(HOUR_S, hour.covered_s + hour.estimated_s) for hour in known)
    ways = _ways(known)
    return CounterToday(
        counter=counter,
        ways=ways,
        is_known=bool(known),
        is_withheld=any(way.people is None for way in ways),
        estimated=estimated / people if people else 0.0,
        not_known=1 - known_s / (over_h * HOUR_S) if over_h else 0.0,
        not_known_why=_why(hours),
    )


def _ways(known: Iterable[PlaceHour]) -> list[Way]:
    """The people of each direction by the names that they had."""
    by_name: dict[tuple[str | None, str | None], tuple[int, int]] = {}
    for hour in known:
        people_in, people_out = by_name.get((hour.in_label, hour.out_label), (0, 0))
        by_name[hour.in_label, hour.out_label] = people_in + (hour.people_in or 0), people_out + (hour.people_out or 0)
    ways = []
    for labels, people in by_name.items():
        ways += [Way(label, one) for label, one in zip(labels, public_ways(*people), strict=True)]
    return ways


def _why(hours: Iterable[PlaceHour]) -> str | None:
    """The reason behind most of what is not known."""
    seconds = Counter[str]()
    for hour in hours:
        why = hour.unfit or hour.gap_why
        if why is not None:
            seconds[why] += HOUR_S if hour.unfit else hour.gap_s
    return max(seconds, key=lambda why: (seconds[why], why), default=None)
