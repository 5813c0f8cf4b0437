"""PyVRP's local search, with a share of the time: it orders many stops well."""

from dataclasses import dataclass
from itertools import takewhile

from pyvrp import (
    CostEvaluator,
    IteratedLocalSearch,
    IteratedLocalSearchParams,
    PenaltyManager,
    PenaltyParams,
    RandomNumberGenerator,
    Solution,
)
from pyvrp.IteratedLocalSearch import IteratedLocalSearchCallbacks
from pyvrp.search import OPERATORS, LocalSearch, compute_neighbours

from streets.rounds.draft import Course, Draft, course_of, draft_of
from streets.rounds.figures import Figures
from streets.rounds.model import Model
from streets.rounds.overseer import Overseer
from streets.rounds.rebuild import put_back, tidied

COST_OF_WHAT_DOES_NOT_HOLD = 2**62

# With PyVRP's own bound on penalties a great prize buys minutes beyond a shift, and the search stays among rounds that do not
# hold; a much greater bound keeps it from passing through them, as it must.
UNITS_A_PRIZE_BUYS = 20


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


class Watched:
    """PyVRP's moves, with somebody to look up between them: one descent of a large day takes half a second."""

    def __init__(self, moves: LocalSearch, overseer: Overseer) -> None:
        self._moves, self._overseer = moves, overseer

    def __call__(self, solution: Solution, cost_evaluator: CostEvaluator, exhaustive: bool = True) -> Solution:
        """A solution that is better in its neighbourhood. Raises PlanCancelledError."""
        self._overseer.look_up()
        return self._moves(solution, cost_evaluator, exhaustive)


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
        """As pyvrp.solve does it, whose descents nobody can look up between."""
        self.overseer.look_up()
        rng = RandomNumberGenerator(seed)
        moves = LocalSearch(model.data, rng, compute_neighbours(model.data))
        self.overseer.look_up()
        for operator in OPERATORS:
            if operator.supports(model.data):
                moves.add_operator(operator(model.data))
        penalties = PenaltyManager(penalty.midpoint_penalties(model.data), penalty)
        watched = Watched(moves, self.overseer)
        first = start or watched(Solution.make_random(model.data, rng), penalties.max_cost_evaluator())
        params = IteratedLocalSearchParams(callbacks=Findings(self.overseer))
        stop = Impatience(self.overseer, self.share, self.patience)
        return IteratedLocalSearch(model.data, penalties, watched, first, params).run(stop, collect_stats=False).best

    def _draft(self, visits: list[list[int]]) -> Draft:
        """The draft of visits that PyVRP found, with what else fits in by the exact times."""
        figures = self.figures
        courses = [self._held(number, own) for number, own in enumerate(visits)]
        left = sorted(draft_of(figures, courses).out, key=lambda bin_: -figures.prizes[bin_])
        put_back(figures, courses, takewhile(lambda _: self.overseer.goes_on(), left), lambda: False)
        return draft_of(figures, courses)

    def _held(self, number: int, visits: list[int]) -> Course:
        """The course of these visits, without the least worth of them where the exact times do not hold."""
        figures = self.figures
        tips = figures.of_van(number).tips
        while visits:
            self.overseer.look_up()
            ways = [tidied(figures, number, visits), *([*visits, tip] for tip in tips)]
            course = next((course for way in ways if (course := course_of(figures, number, way))), None)
            if course is not None:
                return course
            bins = [visit for visit in visits if visit < figures.bins]
            if not bins:
                break
            visits.remove(min(bins, key=lambda bin_: figures.prizes[bin_]))
        return self.idle[number]
