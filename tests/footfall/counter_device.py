"""A counter as its makers build it, told what passes every minute: what it reports, and what of that arrives."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import strategies as st

from streets.footfall.reports import Interval, Report

BEGIN = datetime(2026, 5, 4, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Truth:
    """People in and out of each minute from BEGIN on."""

    minutes: Sequence[tuple[int, int]]

    def between(self, start: datetime, end: datetime) -> tuple[int, int]:
        """Who passed from one whole minute to another; seconds are the clocks'."""
        first, last = (round((at - BEGIN) / MINUTE) for at in (start, end))
        passed = self.minutes[max(0, first) : last]
        return sum(one for one, _ in passed), sum(other for _, other in passed)


@dataclass(frozen=True)
class Device:
    """Sends every `every_min`; `first_totals` are in its registers when it begins; it is set to 0 after the minutes `resets`."""

    every_min: int
    sends_periods: bool = True
    sends_totals: bool = True
    bits: int = 16
    first_totals: tuple[int, int] = (0, 0)
    resets: frozenset[int] = frozenset()

    def reports(self, truth: Truth) -> list[Report]:
        """Every report, in order."""
        said, period, totals = [], [0, 0], list(self.first_totals)
        for minute, passed in enumerate(truth.minutes, 1):
            for way in (0, 1):
                period[way] += passed[way]
                totals[way] = (totals[way] + passed[way]) % 2**self.bits
            if minute in self.resets:
                totals = [0, 0]
            if minute % self.every_min == 0:
                said.append(self._report(BEGIN + minute * MINUTE, period, totals))
                period = [0, 0]
        return said

    def _report(self, at: datetime, period: Sequence[int], totals: Sequence[int]) -> Report:
        report = Report(told_at=at, post="C1", rhythm_s=60 * self.every_min)
        if self.sends_periods:
            report = replace(report, period_s=60 * self.every_min, people_in=period[0], people_out=period[1])
        if self.sends_totals:
            report = replace(report, total_in=totals[0], total_out=totals[1], total_bits=self.bits)
        return report


def from_memory(report: Report, seconds: int) -> Report:
    """The report again, out of the device's memory: by a clock of its own, and without the totals."""
    again = replace(report, told_at=report.told_at + timedelta(seconds=seconds), by_own_clock=True)
    return replace(again, total_in=None, total_out=None, total_bits=None)


def known_people(intervals: Iterable[Interval]) -> tuple[int, int]:
    """In and out of all that is known."""
    told = list(intervals)
    return sum(one.people_in or 0 for one in told), sum(one.people_out or 0 for one in told)


LUCK = st.integers(0, 2**32 - 1).map(Random)
"""A source of luck that is the same every time."""


def truths(minutes: int = 360, most: int = 9) -> st.SearchStrategy[Truth]:
    """Streets with up to `most` people a minute and direction."""
    return LUCK.map(lambda luck: Truth([(luck.randrange(most + 1), luck.randrange(most + 1)) for _ in range(minutes)]))
