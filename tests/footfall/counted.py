"""Counters and counts for the footfall tests, with defaults for what a test does not speak of."""

from datetime import UTC, datetime, timedelta

from streets.footfall.busyness import CounterNow
from streets.footfall.counts import CountedHour, Spell, hour_of_week

HOUR = timedelta(hours=1)
# A Friday afternoon in winter, when Greenwich and the street's clocks agree.
NOON = datetime(2026, 1, 16, 12, tzinfo=UTC)


def hour(start: datetime, people: int, counter_id: str = "C1", covered_s: int = 3600) -> CountedHour:
    return CountedHour(counter_id, start, people, covered_s)


def weekly(start: datetime, weeks: int, people: int) -> list[CountedHour]:
    """The same hour, `weeks` weeks running, ending one week before `start`."""
    return [hour(start - timedelta(weeks=week), people) for week in range(weeks, 0, -1)]


def spells(people: int, until: datetime, source: str = "7/1", minutes: int = 15) -> list[Spell]:
    """An hour of reports up to `until`, with `people` in all."""
    length = timedelta(minutes=minutes)
    many = 60 // minutes
    return [
        Spell("C1", source, until - (n + 1) * length, until - n * length, people // many, 60 * minutes)
        for n in reversed(range(many))
    ]


def counter(
    people: int | None, usual: float | None, until: datetime = NOON, counter_id: str = "C1", doubted: bool = False
) -> CounterNow:
    """A counter with `people` in the hour up to `until` (None: silent), where `usual` people are usual at every hour."""
    told = [] if people is None else spells(people, until)
    week = {} if usual is None else dict.fromkeys(range(168), usual)
    return CounterNow(counter_id, frozenset({"7"}), told, week, doubted)


def usual_at(start: datetime, people: float) -> dict[int, float]:
    return {hour_of_week(start): people}
