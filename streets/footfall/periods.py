"""Period counts of a line, each period once: a device tells it live, again from its memory, and by two clocks."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import itemgetter

from streets.footfall.reports import COUNTED, GAP, TOLD_OTHERWISE, Finding, Interval, Pair, Report, both_ways, told

SAME_FROM = 1 / 2
"""Two reports whose periods overlap by more than this share of the shorter one tell of one period."""
JITTER = 1 / 10
"""Periods that lie no further apart than this share of one follow each other: clocks and radio make the difference."""


@dataclass(frozen=True, slots=True)
class _Told:
    """A period as told."""

    start: datetime
    end: datetime
    people: Pair
    fault: str | None
    by_own_clock: bool

    @property
    def length(self) -> timedelta:
        return self.end - self.start


def periods(reports: Iterable[Report]) -> tuple[list[Interval], list[Finding]]:
    """The periods of one line in order, each once and none over another; and those of which two reports told different counts.

    A period with a fault is a gap, and so is one within which the device told of a fault in a report of its own.
    """
    told_periods, faults = [], []
    for report in reports:
        if report.period_s and (told(report.people) or report.fault is not None):
            start = report.told_at - timedelta(seconds=report.period_s)
            told_periods.append(_Told(start, report.told_at, report.people, report.fault, report.by_own_clock))
        elif report.fault is not None:
            faults.append((report.told_at, report.fault))
    once, findings = _once(told_periods)
    faults.sort()
    return [_interval(period, faults) for period in _in_a_row(once)], findings


def _once(told_periods: Iterable[_Told]) -> tuple[list[_Told], list[Finding]]:
    once: list[_Told] = []
    findings = []
    for period in sorted(told_periods, key=_order):
        last = once[-1] if once else None
        if last is None or not _is_same(last, period):
            once.append(period)
            continue
        better, other = sorted((last, period), key=_trust, reverse=True)
        if any(one is not None and two is not None and one != two for one, two in zip(last.people, period.people, strict=True)):
            counts = both_ways(better.people), both_ways(other.people)
            findings.append(Finding(better.start, better.end, TOLD_OTHERWISE, *counts))
        once[-1] = replace(better, people=_filled(better.people, other.people), fault=better.fault or other.fault)
    return once, findings


def _order(period: _Told) -> tuple[datetime, datetime, bool, int, str]:
    """By time, and always the same, in whatever order they arrived."""
    return period.end, period.start, period.by_own_clock, both_ways(period.people), period.fault or ""


def _is_same(one: _Told, other: _Told) -> bool:
    overlap = min(one.end, other.end) - max(one.start, other.start)
    return overlap > SAME_FROM * min(one.length, other.length)


def _trust(period: _Told) -> tuple[bool, int, datetime]:
    """Of two accounts of one period the device's own time is the truer; else the fuller account, then the later."""
    return period.by_own_clock, both_ways(period.people), period.end


def _filled(people: Pair, others: Pair) -> Pair:
    people_in, people_out = people
    return others[0] if people_in is None else people_in, others[1] if people_out is None else people_out


def _in_a_row(once: Sequence[_Told]) -> list[_Told]:
    """The periods with each beginning where the last ended, where clocks alone made them overlap or part."""
    row: list[_Told] = []
    for period in once:
        if row:
            apart = period.start - row[-1].end
            if apart < JITTER * min(period.length, row[-1].length):
                period = replace(period, start=row[-1].end)
        row.append(period)
    return row


def _interval(period: _Told, faults: Sequence[tuple[datetime, str]]) -> Interval:
    next_fault = bisect_right(faults, period.start, key=itemgetter(0))
    fault = period.fault
    if fault is None and next_fault < len(faults) and faults[next_fault][0] <= period.end:
        fault = faults[next_fault][1]
    if fault is not None:
        return Interval(period.start, period.end, None, None, GAP, fault)
    return Interval(period.start, period.end, *period.people, COUNTED)
