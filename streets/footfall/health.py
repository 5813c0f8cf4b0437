"""Hours that must not be believed: dead counters that read zero, stuck ones, and days that the supplier filled in.

Nothing is repaired here: such hours are left out of what is usual and are shown as not known.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from statistics import median

from streets.footfall.counts import HOUR, LONDON, CountedHour, hour_of_week

DEAD_EXPECTED_PEOPLE = 60.0
DEAD_LEAST_HOURS = 3
DEAD_ANYWHERE_HOURS = 72
STUCK_HOURS = 6
STUCK_LEAST_PEOPLE = 10
IMPUTED_WITHIN_DAYS = 28
IMPUTED_LEAST_PEOPLE = 500


@dataclass(frozen=True, slots=True)
class Unfit:
    """A stretch of one counter's hours that is not to be believed: `kind` is dead, stuck or imputed; `until` is exclusive."""

    counter_id: str
    kind: str
    since: datetime
    until: datetime


def unfit_stretches(hours: Sequence[CountedHour]) -> list[Unfit]:
    """Every stretch of one counter's `hours` (ascending) that is dead, stuck or imputed."""
    return sorted([*_dead(hours), *_stuck(hours), *_imputed(hours)], key=lambda found: (found.since, found.kind))


def fit_hours(hours: Sequence[CountedHour], unfit: Sequence[Unfit]) -> list[CountedHour]:
    """The hours that lie in no unfit stretch."""
    return [hour for hour in hours if not any(found.since <= hour.hour_start < found.until for found in unfit)]


def _runs(hours: Sequence[CountedHour]) -> Iterator[list[CountedHour]]:
    """Runs of consecutive hours with the same count."""
    run: list[CountedHour] = []
    for hour in hours:
        if run and (hour.people != run[-1].people or hour.hour_start - run[-1].hour_start != HOUR):
            yield run
            run = []
        run.append(hour)
    if run:
        yield run


def _stretch(kind: str, run: Sequence[CountedHour]) -> Unfit:
    return Unfit(run[0].counter_id, kind, run[0].hour_start, run[-1].hour_start + HOUR)


def _dead(hours: Sequence[CountedHour]) -> Iterator[Unfit]:
    """Zeros in a row where, by the counter's other days, at least DEAD_EXPECTED_PEOPLE would have passed.

    Zeros for DEAD_ANYWHERE_HOURS are a dead counter wherever it stands, even where it has no other days.
    """
    alive_days = {hour.hour_start.astimezone(LONDON).date() for hour in hours if hour.people > 0}
    alive: dict[int, list[int]] = defaultdict(list)
    for hour in hours:
        if hour.hour_start.astimezone(LONDON).date() in alive_days:
            alive[hour_of_week(hour.hour_start)].append(hour.people)
    expected = {key: median(people) for key, people in alive.items()}
    for run in _runs(hours):
        due = sum(expected.get(hour_of_week(hour.hour_start), 0.0) for hour in run)
        missed = len(run) >= DEAD_LEAST_HOURS and due >= DEAD_EXPECTED_PEOPLE
        if run[0].people == 0 and (missed or len(run) >= DEAD_ANYWHERE_HOURS):
            yield _stretch("dead", run)


def _stuck(hours: Sequence[CountedHour]) -> Iterator[Unfit]:
    """The same count, and not a small one, hour after hour."""
    for run in _runs(hours):
        if run[0].people >= STUCK_LEAST_PEOPLE and len(run) >= STUCK_HOURS:
            yield _stretch("stuck", run)


def _imputed(hours: Sequence[CountedHour]) -> Iterator[Unfit]:
    """Days whose 24 counts are another day's profile scaled to another total, but for rounding.

    Suppliers fill the days of a dead camera so; people never repeat a day's shares to the last person.
    """
    days = _whole_days(hours)
    shares = {day: [hour.people / _total(of_day) for hour in of_day] for day, of_day in days.items()}
    for day, of_day in days.items():
        near = (other for other in days if other != day and abs((other - day).days) <= IMPUTED_WITHIN_DAYS)
        for other in near:
            rounding = 1 / _total(of_day) + 1 / _total(days[other])
            if all(abs(mine - theirs) <= rounding for mine, theirs in zip(shares[day], shares[other], strict=True)):
                yield _stretch("imputed", of_day)
                break


def _total(hours: Sequence[CountedHour]) -> int:
    return sum(hour.people for hour in hours)


def _whole_days(hours: Sequence[CountedHour]) -> dict[date, list[CountedHour]]:
    """The local days of 24 counted hours with at least IMPUTED_LEAST_PEOPLE people."""
    by_day = groupby(hours, key=lambda hour: hour.hour_start.astimezone(LONDON).date())
    days = {day: list(of_day) for day, of_day in by_day}
    return {day: of_day for day, of_day in days.items() if len(of_day) == 24 and _total(of_day) >= IMPUTED_LEAST_PEOPLE}
