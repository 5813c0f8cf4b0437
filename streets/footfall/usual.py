"""What is usual at a counter: the median of the same hour of the week over the past eight weeks.

The hour of the week is the street's own (Europe/London), so that half past eight stays half past eight when the clocks
change. The median is the baseline of the footfall benchmarks; it lets a match day or a bank holiday pass by.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean, median

from streets.footfall.counts import HOUR, LONDON, CountedHour, hour_of_week, hour_start_of, people_per_hour

WEEKS = 8
LEAST_WEEKS = 3


@dataclass(frozen=True, slots=True)
class Usual:
    """People per hour usual in one hour of the week, from `weeks` weeks in which that hour was counted."""

    hour_of_week: int
    people: float
    weeks: int


def usual_week(hours: Iterable[CountedHour], at: datetime) -> dict[int, Usual]:
    """The usual of each hour of the week at one counter, from whole hours that ended by `at`, not older than WEEKS.

    `hours` must hold only hours fit to use (health.fit_hours). An hour of the week counted in fewer than LEAST_WEEKS
    weeks has no entry: its usual is not known.
    """
    rates: dict[int, dict[object, list[float]]] = defaultdict(lambda: defaultdict(list))
    for hour in hours:
        rate = people_per_hour(hour.people, hour.covered_s)
        if rate is not None and at - timedelta(weeks=WEEKS) <= hour.hour_start <= at - HOUR:
            day = hour.hour_start.astimezone(LONDON).date()
            rates[hour_of_week(hour.hour_start)][day].append(rate)
    return {
        key: Usual(key, median(fmean(twice_in_autumn) for twice_in_autumn in days.values()), len(days))
        for key, days in rates.items()
        if len(days) >= LEAST_WEEKS
    }


def usual_between(usual: Mapping[int, float], start: datetime, end: datetime) -> float | None:
    """People usual from `start` to `end`, by hour of the week; None when the usual of any part of it is not known."""
    people = 0.0
    hour = hour_start_of(start)
    while hour < end:
        rate = usual.get(hour_of_week(hour))
        if rate is None:
            return None
        people += rate * ((min(end, hour + HOUR) - max(start, hour)) / HOUR)
        hour += HOUR
    return people


def place_usual(counters: Iterable[Mapping[int, float]]) -> dict[int, float]:
    """The usual of a place by hour of the week: the sum over its counters that have one, where all of those know the hour."""
    weeks = [week for week in counters if week]
    known = set[int].intersection(*(set(week) for week in weeks)) if weeks else set()
    return {key: sum(week[key] for week in weeks) for key in sorted(known)}
