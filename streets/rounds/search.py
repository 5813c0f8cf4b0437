"""The search for a day's rounds: by PyVRP's local search, and by rebuilding what it finds, again and again.

PyVRP orders many stops well, but its moves hardly ever open another trip or divide a day otherwise into trips (PyVRP #788);
rebuilding does, and is slow where rounds are long. Each has the time that the size of the day gives it.
"""

import time
from dataclasses import dataclass
from itertools import takewhile
from random import Random

from pyvrp import IteratedLocalSearchParams, PenaltyParams, Solution, SolveParams, solve
from pyvrp.IteratedLocalSearch import IteratedLocalSearchCallbacks

from streets.reasons import ReasonedError
from streets.rounds.draft import Course, Draft, course_of, draft_of
from streets.rounds.figures import MILLIPENCE, Figures
from streets.rounds.model import Model
from streets.rounds.rebuild import GENEROUS, put_back, rebuilt, tidied, with_best_tips
from streets.rounds.watch import PlanCancelledError, Progress, Watch

ASK_EVERY_S = 0.2

# A day of few bins is begun anew several times, and each time rebuilt so often; larger ones are left to the solver for most of
# the time. Without improvement in so many iterations the solver has found what it will.
FEW = 80
ATTEMPTS = 8
REBUILDS, REBUILDS_PER_BIN = 1000, 100
PATIENCE, PATIENCE_PER_BIN = 30_000, 30
SOLVER_SHARE_FEW, SOLVER_SHARE_MANY = 0.15, 0.85

COST_OF_WHAT_DOES_NOT_HOLD = 2**62

# With PyVRP's own bound on penalties a great prize buys minutes beyond a shift, and the search stays among rounds that do not
# hold; a much greater bound keeps it from passing through them, as it must.
UNITS_A_PRIZE_BUYS = 20


class NoPlanError(ReasonedError):
    """There is no plan for the day; the message says why."""


class Overseer:
    """Knows when the time is over, and asks whoever looks on."""

    def __init__(self, figures: Figures, begin: Draft, budget_s: float, watch: Watch | None) -> None:
        self._figures, self._budget_s, self._watch = figures, budget_s, watch
        self._since_s = self._asked_s = time.perf_counter()
        self.best = begin
        self._seen = self.visits_of(begin), begin.cost

    def goes_on(self, share: float = 1.0) -> bool:
        """Whether less than this share of the time is spent. Raises as `spent` does."""
        return self.spent() < share

    def spent(self) -> float:
        """The share of the time that is spent. Raises PlanCancelledError where whoever looks on wants no plan."""
        now_s = time.perf_counter()
        elapsed_s = now_s - self._since_s
        if self._watch is not None and now_s - self._asked_s >= ASK_EVERY_S:
            self._asked_s = now_s
            visits, cost = self._seen
            progress = Progress(elapsed_s=elapsed_s, budget_s=self._budget_s, visits=visits, pence=cost / MILLIPENCE)
            if not self._watch(progress):
                raise PlanCancelledError
        return elapsed_s / self._budget_s

    def keep(self, draft: Draft) -> None:
        """Remember the draft if it is the best."""
        if draft.cost < self.best.cost:
            self.best = draft
            self.see(self.visits_of(draft), draft.cost)

    def see(self, visits: int, cost: int) -> None:
        """Take note of something better, of which there is no draft yet."""
        if cost < self._seen[1]:
            self._seen = visits, cost

    def visits_of(self, draft: Draft) -> int:
        """How many bins the draft visits."""
        return self._figures.bins - len(draft.out)


class Impatience:
    """Stops PyVRP when its share of the time is over, or nothing better was found in so many iterations.

    Where nothing holds that it found, it has a third of its share: then something that must be visited cannot be.
    """

    def __init__(self, overseer: Overseer, share: float, patience: int) -> None:
        self._overseer, self._share, self._patience = overseer, share, patience
        self._least: int | None = None
        self._turns = 0

    def __call__(self, best_cost: int) -> bool:
        """Whether to stop, asked before every iteration."""
        self._turns = 0 if self._least is None or best_cost < self._least else self._turns + 1
        self._least = best_cost if self._least is None else min(best_cost, self._least)
        share = self._share if best_cost < COST_OF_WHAT_DOES_NOT_HOLD else self._share / 3
        return self._turns >= self._patience or not self._overseer.goes_on(share)


class Findings(IteratedLocalSearchCallbacks):
    """Tells the overseer what PyVRP has found."""

    def __init__(self, overseer: Overseer) -> None:
        self._overseer = overseer

    def on_best(self, best: Solution) -> None:
        """A better solution, which may break a rule still."""
        if best.is_feasible():
            cost = best.distance_cost() + best.duration_cost() + best.uncollected_prizes()
            self._overseer.see(best.num_clients(), cost)


@dataclass(frozen=True, slots=True)
class Solver:
    """PyVRP, with a share of the time."""

    figures: Figures
    idle: list[Course]
    overseer: Overseer
    share: float
    patience: int

    def solved(self, draft: Draft, seed: int) -> Draft:
        """What it makes of a draft. Where most bins must be visited it begins better by itself, and with no choice."""
        musts = sum(bin_.must for bin_ in self.figures.problem.candidates)
        found = None
        if 2 * musts > self.figures.bins:
            model = Model(self.figures, required=True)
            found = self._run(model, None, PenaltyParams(), seed)
        if found is None or not found.is_feasible():
            model = Model(self.figures)
            greatest = max(PenaltyParams().max_penalty, max(self.figures.prizes) / UNITS_A_PRIZE_BUYS)
            found = self._run(model, model.solution(draft), PenaltyParams(max_penalty=greatest), seed)
        return self._draft(model.visits(found)) if found.is_feasible() else draft

    def _run(self, model: Model, start: Solution | None, penalty: PenaltyParams, seed: int) -> Solution:
        ils = IteratedLocalSearchParams(callbacks=Findings(self.overseer))
        params = SolveParams(penalty=penalty, ils=ils)
        stop = Impatience(self.overseer, self.share, self.patience)
        return solve(model.data, stop, seed, collect_stats=False, params=params, initial_solution=start).best

    def _draft(self, visits: list[list[int]]) -> Draft:
        """The draft of visits that PyVRP found, with what else fits in by the exact times."""
        figures = self.figures
        courses = [_held(figures, number, own, self.idle[number]) for number, own in enumerate(visits)]
        left = sorted(draft_of(figures, courses).out, key=lambda bin_: -figures.prizes[bin_])
        put_back(figures, courses, takewhile(lambda _: self.overseer.goes_on(), left), lambda: False)
        return draft_of(figures, courses)


def searched(figures: Figures, seed: int, budget_s: float, watch: Watch | None, patience: int = PATIENCE) -> Draft:
    """The best draft found in the time. Raises NoPlanError where a vehicle cannot come home, and PlanCancelledError."""
    idle = [_idle(figures, number) for number in range(len(figures.problem.vans))]
    overseer = Overseer(figures, draft_of(figures, idle), budget_s, watch)
    few = figures.bins <= FEW
    share = SOLVER_SHARE_FEW if few else SOLVER_SHARE_MANY
    rebuilds = min(REBUILDS if few else REBUILDS * patience // PATIENCE, REBUILDS_PER_BIN * figures.bins)
    for attempt in range(max(1, ATTEMPTS * patience // PATIENCE) if few else 1):
        if not figures.bins or not overseer.goes_on():
            break
        rng = Random(seed * ATTEMPTS + attempt)
        draft = _built(figures, idle, rng, overseer, GENEROUS if attempt % 2 else 1.0)
        overseer.keep(draft)
        if attempt == 0:
            solver = Solver(figures, idle, overseer, share, min(patience, PATIENCE_PER_BIN * figures.bins))
            draft = solver.solved(draft, seed)
            overseer.keep(draft)
        draft = rebuilt(figures, draft, rng, rebuilds, overseer.spent)
        overseer.keep(draft_of(figures, [with_best_tips(figures, number, course) for number, course in enumerate(draft.courses)]))
    return overseer.best


def _idle(figures: Figures, number: int) -> Course:
    """A vehicle that visits nothing, or only the tip for what it has aboard."""
    van = figures.problem.vans[number]
    loaded = van.load_l > 0 or van.load_kg > 0
    tips = range(figures.bins, len(figures.points))
    courses = [course_of(figures, number, [tip]) for tip in tips] if loaded else [course_of(figures, number, [])]
    found = [course for course in courses if course is not None]
    if not found:
        reason, way = ("cannot_tip", "bring its load to a tip and come home") if loaded else ("cannot_come_home", "come home")
        raise NoPlanError(reason, f"{van.vehicle_id} cannot {way} within its shift", vehicle=van.vehicle_id)
    return min(found, key=lambda course: course.table.cost)


def _built(figures: Figures, idle: list[Course], rng: Random, overseer: Overseer, worths: float) -> Draft:
    """Rounds in which each bin in turn, at random, was put where it costs least, for so many times its worth."""
    courses = list(idle)
    order = rng.sample(range(figures.bins), figures.bins)
    put_back(figures, courses, takewhile(lambda _: overseer.goes_on(), order), lambda: False, worths)
    return draft_of(figures, courses)


def _held(figures: Figures, number: int, visits: list[int], idle: Course) -> Course:
    """The course of these visits, without the least worth of them where the exact times do not hold."""
    tips = range(figures.bins, len(figures.points))
    while visits:
        ways = [tidied(figures, number, visits), *([*visits, tip] for tip in tips)]
        course = next((course for way in ways if (course := course_of(figures, number, way))), None)
        if course is not None:
            return course
        bins = [visit for visit in visits if visit < figures.bins]
        if not bins:
            break
        visits.remove(min(bins, key=lambda bin_: figures.prizes[bin_]))
    return idle
