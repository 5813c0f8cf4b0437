"""A counter line's readings, in whatever order they arrived, as intervals in which it is known how many people passed, or is not.

Period counts are preferred. Running totals audit them, tell what passed where periods are missing, and tell all of it where a
device sends no periods. What neither tells is a gap, never zero. Everything told of a time rests on the readings within
LONGEST_REPAIR of it, so that late readings change no more than that.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby, pairwise
from operator import attrgetter

from streets.footfall.periods import JITTER, periods
from streets.footfall.reports import (
    AFTER_RESET,
    ESTIMATED,
    FRAMES_MISSING,
    FROM_TOTALS,
    GAP,
    RESET,
    SILENT,
    TOTALS_DISAGREE,
    Finding,
    Interval,
    Report,
    both_ways,
    told,
)
from streets.footfall.shares import shares
from streets.footfall.stretches import LONGEST_REPAIR, Hole, Stretch, holes_of, left_of, why_not_told
from streets.footfall.totals import passed, weekly_reset

DISAGREE_PEOPLE, DISAGREE_SHARE = 2, 0.01
"""Totals disagree with periods where they differ by more people than this and by more than this share."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a line: its intervals in order, none over another, and what its totals tell of the counter."""

    intervals: list[Interval]
    findings: list[Finding]


@dataclass(slots=True)
class _Line:
    """A line of one device on one post, as it is worked out."""

    reports: Sequence[Report]
    restarts: Sequence[datetime]
    resets: list[Finding]
    findings: list[Finding] = field(default_factory=list)

    def intervals(self) -> list[Interval]:
        counted, self.findings = periods(self.reports)
        found: list[Interval] = []
        middles = [period.start + period.length / 2 for period in counted]
        done = 0
        for stretch in self._stretches(counted):
            until = len(counted) if stretch.end is None else max(done, bisect_right(middles, stretch.end))
            inside, done = counted[done:until], until
            told_to = max((at for at in (found[-1].end if found else None, stretch.start) if at), default=None)
            holes = holes_of(stretch, inside, told_to, counted[done].start if done < len(counted) else None)
            if holes:
                found += sorted([*inside, *self._filled(stretch, inside, holes)], key=attrgetter("start"))
            else:
                found += inside
                self._audit(stretch, inside)
        return found

    def _stretches(self, counted: Sequence[Interval]) -> Iterator[Stretch]:
        knots = _knots(self.reports, counted)
        yield Stretch(None, knots[0].told_at if knots else None, None, SILENT)
        for before, now in pairwise(knots):
            yield from self._between(before, now)
        if knots:
            yield Stretch(knots[-1].told_at, None, None, SILENT)

    def _between(self, before: Report, now: Report) -> Iterator[Stretch]:
        fault = now.fault or before.fault or self._fault_within(before.told_at, now.told_at)
        weekly = weekly_reset(self.resets, before.told_at)
        between = passed(before, now, self.restarts, weekly)
        if between.found is not None:
            by_totals = None if between.people is None else both_ways(between.people)
            self.findings.append(Finding(before.told_at, now.told_at, between.found, None, by_totals))
            if between.found == RESET:
                self.resets.append(self.findings[-1])
        if fault is not None:
            yield Stretch(before.told_at, now.told_at, None, fault)
            return
        if between.since > before.told_at:
            yield Stretch(before.told_at, between.since, None, RESET)
        yield Stretch(between.since, now.told_at, between.people, between.why)

    def _fault_within(self, since: datetime, until: datetime) -> str | None:
        first = bisect_right(self.reports, since, key=attrgetter("told_at"))
        last = bisect_right(self.reports, until, key=attrgetter("told_at"))
        return next((report.fault for report in self.reports[first:last] if report.fault is not None), None)

    def _filled(self, stretch: Stretch, inside: Sequence[Interval], holes: Sequence[Hole]) -> list[Interval]:
        """What is known of the holes of a stretch: what its totals tell beyond its periods, by their lengths; else gaps."""
        why = why_not_told(stretch, inside, holes)
        left = left_of(stretch.people, inside)
        if why is None and any(one is not None and one < 0 for one in left):
            self._audit(stretch, inside)
            why = TOTALS_DISAGREE
        if why is not None:
            short = [(start, end) for start, end in holes if end - start <= LONGEST_REPAIR]
            return [Interval(start, end, None, None, GAP, self._fault_within(start, end) or why) for start, end in short]
        because = FRAMES_MISSING if inside else stretch.why
        lengths = [(end - start).total_seconds() for start, end in holes]
        ways = [[None] * len(holes) if people is None else shares(people, lengths) for people in left]
        known = FROM_TOTALS if because is None else ESTIMATED
        return [
            Interval(start, end, people_in, people_out, known, because)
            for (start, end), people_in, people_out in zip(holes, *ways, strict=True)
        ]

    def _audit(self, stretch: Stretch, inside: Sequence[Interval]) -> None:
        """Note where the totals of a stretch and its periods disagree."""
        if not inside or stretch.people is None or stretch.why == AFTER_RESET or stretch.start is None or stretch.end is None:
            return
        if any(period.known == GAP for period in inside):
            return
        by_periods, by_totals = sum(both_ways(one.people) for one in inside), both_ways(stretch.people)
        if abs(by_totals - by_periods) > max(DISAGREE_PEOPLE, DISAGREE_SHARE * by_totals):
            self.findings.append(Finding(stretch.start, stretch.end, TOTALS_DISAGREE, by_periods, by_totals))


def reconciled(reports: Iterable[Report], restarts: Sequence[datetime] = (), resets: Iterable[Finding] = ()) -> Known:
    """What is known from the reports of one line of a device.

    `restarts` are the times at which the device joined its network anew; `resets` are the resets found before the first
    report, from which a weekly schedule is learned.
    """
    in_order = sorted(reports, key=_order)
    intervals, findings, known_resets = [], [], sorted(resets, key=attrgetter("until"))
    for _, of_post in groupby(in_order, key=attrgetter("post")):
        line = _Line(list(of_post), restarts, known_resets)
        intervals += line.intervals()
        findings += line.findings
    return Known(intervals, sorted(findings, key=lambda one: (one.until, one.kind)))


def settled_until(reports: Iterable[Report], before: datetime) -> datetime | None:
    """Up to when what is known of a line stays as it is, whatever else is heard of it from `before` on; None: nothing does."""
    in_order = sorted((report for report in reports if report.told_at <= before), key=_order)
    counted, _ = periods(in_order)
    knots = _knots(in_order, counted)
    last = [ends[-1] for ends in ([knot.told_at for knot in knots], [period.end for period in counted]) if ends]
    return min(last, default=None)


def _order(report: Report) -> tuple[datetime, str, int, int, str]:
    return report.told_at, report.post, both_ways(report.totals), both_ways(report.people), report.fault or ""


def _knots(reports: Iterable[Report], counted: Sequence[Interval]) -> list[Report]:
    """The reports with totals. One within a period, by more than clocks make, splits no period and is passed over."""
    starts = [period.start for period in counted]
    knots = []
    for report in reports:
        if told(report.totals):
            at = bisect_right(starts, report.told_at) - 1
            if at < 0 or not _within(counted[at], report.told_at):
                knots.append(report)
    return knots


def _within(period: Interval, at: datetime) -> bool:
    slack = JITTER * period.length
    return period.start + slack < at < period.end - slack
