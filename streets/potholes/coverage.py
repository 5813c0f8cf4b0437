"""How well streets were driven: no bump on a street that nobody drove says nothing, and is told as unknown."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

LEAST_REPORTERS = 3


@dataclass(frozen=True, slots=True)
class Driven:
    """How often one reporter drove one street in the week from `week_start`."""

    street: str
    week_start: datetime
    reporter: str
    passes: int


@dataclass(frozen=True, slots=True)
class StreetWeek:
    """Passes along one street in one week; None where fewer than LEAST_REPORTERS drove it, so that no one's habits show."""

    street: str
    week_start: datetime
    passes: int | None


def street_weeks(driven: Iterable[Driven]) -> list[StreetWeek]:
    """The coverage of every street that was driven at all, by week and street. A street without a row is unknown."""
    passes: dict[tuple[datetime, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for one in driven:
        passes[one.week_start, one.street][one.reporter] += one.passes
    return [
        StreetWeek(street, week, sum(by_reporter.values()) if len(by_reporter) >= LEAST_REPORTERS else None)
        for (week, street), by_reporter in sorted(passes.items())
    ]
