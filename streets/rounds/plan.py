"""Which bins to visit and in which order: prize-collecting vehicle routing with mid-route tipping.

A bin's prize is what visiting it saves (price per overflow x probability of overflowing before the next visit; Wouda,
Aerts-Veenstra & van Foreest 2024, arXiv 2409.13386); the cost is driving and working time. The same seed gives the same plan
unless the budget ends the search.
"""

from streets.rounds.draft import draft_of
from streets.rounds.figures import figures_of
from streets.rounds.left_out import left_out
from streets.rounds.overseer import Overseer
from streets.rounds.problem import Plan, Problem
from streets.rounds.search import PATIENCE, NoPlanError, idle_course, searched
from streets.rounds.timetable import round_of
from streets.rounds.watch import Watch

__all__ = ["NoPlanError", "plan"]


def plan(problem: Problem, seed: int, budget_s: float, watch: Watch | None = None, patience: int = PATIENCE) -> Plan:
    """Choose and order the stops: a round for each vehicle, which may have none.

    The search ends after `budget_s`, or by itself: the sooner, the less `patience` it has with steps that find nothing better.
    `watch` is asked several times a second whether it shall go on. Raises NoPlanError without tips or vehicles, or where a
    vehicle cannot even come home in time, and PlanCancelledError where `watch` says no.
    """
    if not problem.tips:
        raise NoPlanError("no_tip", "the council has no tip: a vehicle could not end its round empty")
    if not problem.vans:
        raise NoPlanError("no_vehicle", "the council has no vehicle on this day")
    figures = figures_of(problem)
    idle = [idle_course(figures, number) for number in range(len(problem.vans))]
    overseer = Overseer(figures, draft_of(figures, idle), budget_s, watch)
    found = searched(figures, idle, overseer, seed, patience)
    rounds = [round_of(figures.of_van(number), problem.vans[number], course.table) for number, course in enumerate(found.courses)]
    return Plan(tuple(rounds), left_out(figures, found, overseer.look_up), problem.prices)
