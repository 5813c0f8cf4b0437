"""A place's day, hour by hour, beside what is usual: like with like, so that a silent counter cannot make a day look quiet."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from streets.footfall.counts import HOUR, LONDON, CountedHour, hour_of_week, people_per_hour
from streets.footfall.usual import place_usual


@dataclass(frozen=True, slots=True)
class HourOfDay:
    """One hour: people counted and people usual, both of the counters that counted it; before it is over, of all."""

    hour_start: datetime
    people: float | None
    usual: float | None


def midnight(day: date) -> datetime:
    """The start of a day on the street's clocks, in UTC."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


def hours_of_day(counted: Iterable[CountedHour], usual: Mapping[str, Mapping[int, float]], day: date) -> list[HourOfDay]:
    """The 23, 24 or 25 hours of a street's day. `counted` are its fit hours, `usual` is by counter and hour of the week."""
    rates: dict[datetime, dict[str, float]] = defaultdict(dict)
    for hour in counted:
        rate = people_per_hour(hour.people, hour.covered_s)
        if rate is not None and hour_of_week(hour.hour_start) in usual.get(hour.counter_id, {}):
            rates[hour.hour_start][hour.counter_id] = rate
    of_all = place_usual(usual.values())
    hours, hour_start = [], midnight(day)
    while hour_start < midnight(day + timedelta(days=1)):
        key, known = hour_of_week(hour_start), rates[hour_start]
        if known:
            hours.append(HourOfDay(hour_start, sum(known.values()), sum(usual[counter][key] for counter in known)))
        else:
            hours.append(HourOfDay(hour_start, None, of_all.get(key)))
        hour_start += HOUR
    return hours
