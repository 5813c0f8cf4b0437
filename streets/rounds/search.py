"""The search for a day's rounds: by PyVRP's local search, and by rebuilding what it finds, again and again.

PyVRP orders many stops well, but its moves hardly ever open another trip or divide a day otherwise into trips (PyVRP #788);
rebuilding does, and is slow where rounds are long. Each has the time that the size of the day gives it.
"""

from itertools import takewhile
from random import Random

from streets.reasons import ReasonedError
from streets.rounds.draft import Course, Draft, course_of, draft_of
from streets.rounds.figures import Figures
from streets.rounds.overseer import Overseer
from streets.rounds.rebuild import GENEROUS, put_back, rebuilt, with_best_tips
from streets.rounds.solver import Solver

# A day of few bins is begun anew several times, and each time rebuilt so often; larger ones are left to the solver for most of
# the time. Without improvement in so many iterations the solver has found what it will.
FEW = 80
ATTEMPTS = 8
REBUILDS, REBUILDS_PER_BIN = 1000, 100
PATIENCE, PATIENCE_PER_BIN = 30_000, 30
SOLVER_SHARE_FEW, SOLVER_SHARE_MANY = 0.15, 0.85


class NoPlanError(ReasonedError):
    """There is no plan for the day; the message says why."""


def searched(figures: Figures, idle: list[Course], overseer: Overseer, seed: int, patience: int = PATIENCE) -> Draft:
    """The best draft found in the overseer's time; `idle` are the vehicles' courses without bins. Raises PlanCancelledError."""
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
        overseer.keep(_with_best_tips(figures, draft, overseer))
    return overseer.best


def idle_course(figures: Figures, number: int) -> Course:
    """A vehicle that visits nothing, or only the tip for what it has aboard. Raises NoPlanError where it cannot come home."""
    van = figures.problem.vans[number]
    loaded = van.load_l > 0 or van.load_kg > 0
    ways = [[tip] for tip in figures.of_van(number).tips] if loaded else [[]]
    courses = [course_of(figures, number, visits) for visits in ways]
    found = [course for course in courses if course is not None]
    if not found:
        reason, way = ("cannot_tip", "bring its load to a tip and come home") if loaded else ("cannot_come_home", "come home")
        raise NoPlanError(reason, f"{van.vehicle_id} cannot {way} within its shift", vehicle=van.vehicle_id)
    return min(found, key=lambda course: course.table.cost)


def _with_best_tips(figures: Figures, draft: Draft, overseer: Overseer) -> Draft:
    courses = []
    for number, course in enumerate(draft.courses):
        overseer.look_up()
        courses.append(with_best_tips(figures, number, course))
    return draft_of(figures, courses)


def _built(figures: Figures, idle: list[Course], rng: Random, overseer: Overseer, worths: float) -> Draft:
    """Rounds in which each bin in turn, at random, was put where it costs least, for so many times its worth."""
    courses = list(idle)
    order = rng.sample(range(figures.bins), figures.bins)
    put_back(figures, courses, takewhile(lambda _: overseer.goes_on(), order), lambda: False, worths)
    return draft_of(figures, courses)
