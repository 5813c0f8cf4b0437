"""One policy through one season: plan, drive, empty, listen, day after day; and what each day came to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import nan

from bench.contest.books import Books, is_report_day
from bench.contest.policies import Fixed, Policy, Prize, Threshold, day_of, planned
from bench.contest.town import LEARNING_DAYS, ContestTown, build, midnight
from bench.contest.truth import Passed, Truth
from bench.contest.tuned import VISIT_H, first_days, intervals, overflow_shares
from simulators.bins import Bin
from streets.planning.day import Day
from streets.rounds.problem import Plan, Prices

DIAL = Prices().pence_per_overflow
"""The chosen dial: what the product asks where nobody has set another."""
DIALS = (DIAL / 2, DIAL, 2 * DIAL, 4 * DIAL)
SCHEDULES = (DIAL / 4, DIAL, 4 * DIAL)
"""The prices of an overflow by which fixed schedules are tuned: seldom, at the dial, and often."""
THRESHOLDS_PCT = (50.0, 70.0, 80.0)


@dataclass(frozen=True, slots=True)
class DayCame:
    """What a day came to. `overflowing` and `bins` count bins; `hours` are those of crews out of the depot; NaN: not routed."""

    empties: int
    km: float
    hours: float
    overflowing: int
    bins: int
    came_in_l: float


@dataclass(frozen=True)
class Opening:
    """A town when the contest begins: its fixed schedules by the price they were tuned by, the truth, and the council's books."""

    contest: ContestTown
    schedules: dict[float, tuple[Bin, ...]]
    truth: Truth
    books: Books


def policies() -> dict[str, Callable[[Opening], Policy]]:
    """Every policy of the contest by name."""
    fixed = {f"fixed, tuned at {pence:g}p": _fixed(pence) for pence in SCHEDULES}
    thresholds = {f"threshold {pct:g} %": _threshold(pct) for pct in THRESHOLDS_PCT}
    return {**fixed, **thresholds, **{f"prize at {pence:g}p": _prize(pence) for pence in DIALS}}


@lru_cache(maxsize=1)
def opening(seed: int, how_many: int) -> Opening:
    """The town of a seed after weeks by the fixed schedule that is tuned at the dial. It is the council's own schedule too."""
    contest = build(seed, how_many)
    shares = overflow_shares(seed, contest.bins)
    schedules = {pence: _scheduled(contest, intervals(contest.bins, shares, pence)) for pence in SCHEDULES}
    truth, books = Truth(contest, schedules[DIAL]), Books(schedules[DIAL])
    for _ in range(LEARNING_DAYS):
        _write(books, truth.pass_day(None), truth.number)
    books.settle(midnight(truth.number))
    books.learn(midnight(truth.number))
    return Opening(contest, schedules, truth, books)


def season(seed: int, how_many: int, days: int, name: str) -> list[DayCame]:
    """The days of one policy in the town of a seed."""
    begins = opening(seed, how_many)
    policy, truth = policies()[name](begins), begins.truth.copy()
    books, came = begins.books.copy(policy.foresees), []
    bins = books.bins(midnight(truth.number))
    for _ in range(days):
        at = midnight(truth.number)
        if policy.listens:
            books.settle(at)
            if policy.foresees:
                books.learn(at)
            bins = books.bins(at)
        day = day_of(begins.contest, bins, at)
        rounds = planned(policy, day)
        passed = truth.pass_day(_sent_to(rounds, day))
        came.append(_came(rounds, passed, how_many))
        if policy.listens:
            _write(books, passed, truth.number)
    return came


def daily(seed: int, how_many: int, days: int) -> list[DayCame]:
    """Every bin every day in the middle of the shift, not routed: no more overflowing can be prevented by one visit a day."""
    truth, came = opening(seed, how_many).truth.copy(), []
    for _ in range(days):
        passed = truth.pass_day({each.bin_id: VISIT_H for each in truth.bins})
        came.append(DayCame(len(passed.taps), nan, nan, len(passed.overflowing), how_many, passed.came_in_l))
    return came


def _write(books: Books, passed: Passed, number: int) -> None:
    """Write a day down; the `number`-th has not begun."""
    books.write(passed, midnight(number))
    if is_report_day(number):
        books.judge(midnight(number))


def _sent_to(rounds: Plan, day: Day) -> dict[str, float]:
    """The UTC hour at which a crew comes to each bin."""
    stops = [stop for each in rounds.rounds for stop in each.stops if stop.kind == "bin"]
    return {stop.ref: (day.time(stop.begin_s) - day.at).total_seconds() / 3600 for stop in stops}


def _came(rounds: Plan, passed: Passed, how_many: int) -> DayCame:
    out = [each.stops for each in rounds.rounds if len(each.stops) > 2]
    return DayCame(
        empties=len(passed.taps),
        km=sum(each.distance_m for each in rounds.rounds) / 1000,
        hours=sum(stops[-1].arrive_s - stops[0].leave_s for stops in out) / 3600,
        overflowing=len(passed.overflowing),
        bins=how_many,
        came_in_l=passed.came_in_l,
    )


def _scheduled(contest: ContestTown, every_days: Mapping[str, int]) -> tuple[Bin, ...]:
    return contest.scheduled(every_days, first_days(contest.bins, every_days))


def _fixed(pence: float) -> Callable[[Opening], Policy]:
    return lambda begins: Fixed({each.bin_id: each for each in begins.schedules[pence]})


def _threshold(fill_pct: float) -> Callable[[Opening], Policy]:
    return lambda _: Threshold(fill_pct)


def _prize(pence: float) -> Callable[[Opening], Policy]:
    return lambda _: Prize(pence)
