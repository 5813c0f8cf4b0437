"""Who is visited on a day: by a fixed schedule, above a threshold, or for a prize. All are routed by the product's planner."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from bench.contest.town import ContestTown, day_number
from simulators.bins import Bin
from streets.planning.day import LONDON, Day
from streets.planning.offered import problem_of
from streets.rounds.check import verified
from streets.rounds.demand import Need
from streets.rounds.dial import SERVICE_S
from streets.rounds.plan import plan
from streets.rounds.problem import Plan, Prices, Problem
from streets.store.rounds import ReachableBin

PATIENCE, ENOUGH_S = 300, 3_600.0
"""The search ends where so many steps found nothing better; time never ends it, so that plans do not depend on the machine.

Ten times as many steps made one day's plan of 120 bins 0.3 % cheaper for the fixed schedule and no cheaper for the others.
"""


@dataclass(frozen=True, slots=True)
class Fixed:
    """Every bin at its interval, whatever is in it. The council knows what a bin holds on average when its turn comes."""

    listens: ClassVar[bool] = False
    foresees: ClassVar[bool] = False
    bins: Mapping[str, Bin]

    def problem(self, day: Day) -> Problem:
        """The day's bins, all of which must be visited."""
        number = day_number(day.at)
        needs = {each.bin_id: self._need(self.bins[each.bin_id], number) for each in day.bins}
        return _all_of(problem_of(day, needs, Prices())[0])

    def _need(self, a_bin: Bin, number: int) -> Need:
        load_l = min(a_bin.residue_l + a_bin.daily_l * a_bin.visit_every_days, a_bin.capacity_l)
        is_due = number % a_bin.visit_every_days == a_bin.first_visit_day
        return Need(wanted=is_due, why="scheduled_no_sensor" if is_due else "not_due", overflow=None, load_l=load_l)


@dataclass(frozen=True, slots=True)
class Threshold:
    """Every bin that was last measured at `fill_pct` or above; where that is not known, by the schedule's interval."""

    listens: ClassVar[bool] = True
    foresees: ClassVar[bool] = False
    fill_pct: float

    def problem(self, day: Day) -> Problem:
        """The day's bins, all of which must be visited."""
        needs = {each.bin_id: self._need(each, day) for each in day.bins}
        return _all_of(problem_of(day, needs, Prices())[0])

    def _need(self, bin_: ReachableBin, day: Day) -> Need:
        if bin_.state == "measured" and bin_.fill_pct is not None:
            is_due, load_l = bin_.fill_pct >= self.fill_pct, bin_.capacity_l * bin_.fill_pct / 100
        else:
            is_due, load_l = self._is_overdue(bin_, day), bin_.capacity_l
        return Need(wanted=is_due, why="likely_full" if is_due else "not_due", overflow=None, load_l=load_l)

    def _is_overdue(self, bin_: ReachableBin, day: Day) -> bool:
        if bin_.last_emptied_at is None:
            return True
        return (day.service_date - bin_.last_emptied_at.astimezone(LONDON).date()).days >= bin_.visit_every_days


@dataclass(frozen=True, slots=True)
class Prize:
    """The product: a visit is worth what an overflow costs times its probability, and is made where it costs less."""

    listens: ClassVar[bool] = True
    foresees: ClassVar[bool] = True
    pence_per_overflow: float

    def problem(self, day: Day) -> Problem:
        """The day's bins with what each visit is worth."""
        return problem_of(day, day.needs(), Prices(pence_per_overflow=self.pence_per_overflow))[0]


Policy = Fixed | Threshold | Prize


def day_of(contest: ContestTown, bins: tuple[ReachableBin, ...], at: datetime) -> Day:
    """The local day that has begun at `at`, as planning reads it."""
    depot, *tips = contest.bases
    return Day(
        council=contest.town.council,
        service_date=at.astimezone(LONDON).date(),
        at=at,
        depot=depot,
        tips=tuple(tips),
        vehicles=contest.vehicles,
        bins=bins,
        done={},
        placed=(contest.placed,) * len(contest.vehicles),
        ordered={},
        bin_s=SERVICE_S,
    )


def planned(policy: Policy, day: Day) -> Plan:
    """The day's rounds, checked as the product checks them."""
    problem = policy.problem(day)
    return verified(problem, plan(problem, day_number(day.at), ENOUGH_S, patience=PATIENCE))


def _all_of(problem: Problem) -> Problem:
    """The same, where every bin must be visited."""
    return replace(problem, candidates=tuple(replace(each, must=True) for each in problem.candidates))
