"""A day's problem as plain whole numbers, the way searching needs it.

Bins are numbered as in `problem.candidates`, tips after them: a number below `bins` is a bin. Costs are thousandths of a penny.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from streets.rounds.problem import Candidate, Problem, Tip, Van, Window

MILLIPENCE = 1000
NEAR = 40


@dataclass(frozen=True, slots=True)
class Figures:
    """`costs` and `seconds` have a row for each point; the other lists an entry for each bin and then each tip.

    `prizes` is what it costs to leave a bin out. That of a bin which must be visited is above anything that all others and all
    driving of the day could come to, so that no plan saves by leaving it out. `near` lists for each bin those cheapest
    to reach, itself first; vehicles of equal `kinds` differ by name only.
    """

    problem: Problem
    bins: int
    costs: list[memoryview]
    seconds: list[memoryview]
    cost_per_s: int
    cost_per_m: int
    points: list[int]
    service_s: list[int]
    windows_s: list[tuple[Window, ...]]
    loads_l: list[float]
    loads_kg: list[float]
    prizes: list[int]
    near: list[list[int]]
    kinds: list[Van]


def figures_of(problem: Problem) -> Figures:
    """The figures of a problem."""
    cost_per_m = round(problem.prices.pence_per_km * MILLIPENCE / 1000)
    cost_per_s = round(problem.prices.pence_per_hour * MILLIPENCE / 3600)
    costs = problem.metres * cost_per_m + problem.seconds * cost_per_s
    places: list[Candidate | Tip] = [*problem.candidates, *problem.tips]
    worths = [round(bin_.worth_pence * MILLIPENCE) for bin_ in problem.candidates]
    above_all = 1 + sum(worths) + _dearest_day(problem, costs, cost_per_s)
    return Figures(
        problem=problem,
        bins=len(problem.candidates),
        costs=_rows(costs),
        seconds=_rows(problem.seconds),
        cost_per_s=cost_per_s,
        cost_per_m=cost_per_m,
        points=[place.point for place in places],
        service_s=[place.service_s for place in places],
        windows_s=[tuple(sorted(place.windows_s)) for place in places],
        loads_l=[bin_.load_l for bin_ in problem.candidates] + [0.0] * len(problem.tips),
        loads_kg=[bin_.load_kg for bin_ in problem.candidates] + [0.0] * len(problem.tips),
        prizes=[worth + above_all * bin_.must for worth, bin_ in zip(worths, problem.candidates, strict=True)],
        near=_near(costs, [bin_.point for bin_ in problem.candidates]),
        kinds=[replace(van, vehicle_id="") for van in problem.vans],
    )


def _rows(matrix: NDArray[np.int64]) -> list[memoryview]:
    """Rows that are read one number at a time as fast as lists are, without a Python object for every number."""
    whole = np.ascontiguousarray(matrix, dtype=np.int64)
    return [memoryview(row) for row in whole]


def _dearest_day(problem: Problem, costs: NDArray[np.int64], cost_per_s: int) -> int:
    """More than any plan costs: two drives a bin, one to it and one to a tip, two more a vehicle, and all shifts paid."""
    drives = 2 * (len(problem.candidates) + len(problem.vans))
    return drives * int(costs.max(initial=0)) + cost_per_s * sum(van.until_s - van.from_s for van in problem.vans)


def _near(costs: NDArray[np.int64], points: list[int]) -> list[list[int]]:
    if not points:
        return []
    there = costs[np.ix_(points, points)]
    both_ways = there + there.T
    order = np.argsort(both_ways, axis=1, kind="stable")[:, :NEAR]
    return [[int(other) for other in row] for row in order]
