"""What the council knows of its bins, from frames and taps alone, by the functions that the product's jobs call."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime

import numpy as np

from bench.contest.page import Page
from bench.contest.truth import Passed
from simulators.bins import Bin
from simulators.ground import lat_lon
from streets.bins.collection_trees import CollectionTrees, grow
from streets.bins.collections import Past
from streets.bins.fill import Mount
from streets.bins.findings import Finding, past_errors
from streets.bins.habits import FillSeries, Habit, learn
from streets.jobs.bins import status_of
from streets.jobs.findings import GROWN_EVERY, findings_of
from streets.jobs.suitability import EVERY, FORTNIGHT
from streets.rounds.outlook import BinToday
from streets.store.bins import BinStatus
from streets.store.rounds import ReachableBin
from streets.suitability.verdict import figures_of, verdict_of, vote_after


class Books:
    """The pages of all bins of a council."""

    def __init__(self, bins: Sequence[Bin]) -> None:
        self.pages = {one.bin_id: Page(one, Mount(*(getattr(one.mounting, each.name) for each in fields(Mount)))) for one in bins}
        self.habits: Mapping[str, Habit] = {}
        self.findings: Mapping[str, Finding] = {}
        self.trees: CollectionTrees | None = None
        self.grown_at: datetime | None = None

    def copy(self, foresees: bool) -> "Books":
        """Books that go on by themselves, without what was learned for forecasts where nobody `foresees`."""
        same = Books([])
        same.pages = {bin_id: page.copy() for bin_id, page in self.pages.items()}
        if foresees:
            same.habits, same.findings, same.trees, same.grown_at = self.habits, self.findings, self.trees, self.grown_at
        return same

    def write(self, day: Passed, at: datetime) -> None:
        """Write down what is known of a day at its end, `at`."""
        for bin_id, page in self.pages.items():
            page.hear(day.heard.get(bin_id, []), at.timestamp())
            if bin_id in day.taps:
                page.tap(day.taps[bin_id])

    def judge(self, at: datetime) -> None:
        """Judge every sensor by its last fortnight, as the product does each week."""
        for page in self.pages.values():
            if page.bin.device is not None:
                verdict = verdict_of(figures_of(page.fortnight(page.bin.device, at)), page.votes)
                page.votes = vote_after(verdict.verdict, page.votes)

    def settle(self, at: datetime) -> None:
        """Find out when bins were emptied."""
        for page in self.pages.values():
            page.settle(at.timestamp())

    def learn(self, at: datetime) -> None:
        """Learn how each bin fills, and what collections find."""
        nothing = np.array([]), np.array([])
        series = []
        for bin_id, page in self.pages.items():
            emptied_at_s = np.array([one.emptied_at_s for one in page.emptyings])
            series.append(FillSeries(bin_id, *(page.measured(0.0) if page.votes else nothing), emptied_at_s))
        self.habits = {habit.bin_id: habit for habit in learn(series, at.timestamp())}
        past = self._past()
        if self.grown_at is None or at - self.grown_at >= GROWN_EVERY:
            self.trees, self.grown_at = grow(past), at
        learned = self.trees or past_errors(past)
        self.findings = dict(findings_of(past, learned, at.timestamp())) if learned else {}

    def bins(self, at: datetime) -> tuple[ReachableBin, ...]:
        """Every bin as it is understood at that time."""
        told = []
        for bin_id, page in self.pages.items():
            to_judge = page.to_judge(self.habits.get(bin_id), self.findings.get(bin_id), at)
            told.append(_today(page.bin, status_of(to_judge, at)))
        return tuple(told)

    def _past(self) -> Past:
        """What was found when bins were emptied."""
        told = sorted(
            (at_s, row, np.nan if found_pct is None else found_pct)
            for row, page in enumerate(self.pages.values())
            for at_s, found_pct in page.collections
        )
        at_s, rows, found = zip(*told, strict=True) if told else ((), (), ())
        capacity_l = np.array([page.bin.capacity_l for page in self.pages.values()], dtype=float)
        return Past(tuple(self.pages), capacity_l, np.array(rows, dtype=int), np.array(at_s), np.array(found, dtype=float))


def is_report_day(number: int) -> bool:
    """Whether sensors are judged at the end of the days before the `number`-th: a fortnight after they hang, and each week."""
    return number >= FORTNIGHT.days and (number - FORTNIGHT.days) % EVERY.days == 0


def _today(a_bin: Bin, status: BinStatus) -> ReachableBin:
    """The bin as planning reads it."""
    known = {each.name: getattr(status, each.name) for each in fields(BinToday) if hasattr(status, each.name)}
    lat, lon = lat_lon(a_bin.point)
    return ReachableBin(
        **{**known, "bin_id": a_bin.bin_id},
        name=a_bin.name,
        lat=lat,
        lon=lon,
        capacity_l=a_bin.capacity_l,
        visit_every_days=a_bin.visit_every_days,
        reach_from=None,
        reach_until=a_bin.reach_until,
    )
