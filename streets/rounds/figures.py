"""A day's problem as plain whole numbers, the way searching needs it.

Bins are numbered as in `problem.candidates`, tips after them: a number below `bins` is a bin. Costs are thousandths of a penny.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from streets.rounds.problem import OUT_OF_REACH_S, Candidate, Problem, Tip, Van, Ways, Window

MILLIPENCE = 1000
NEAR = 40


@dataclass(frozen=True, slots=True)
class Figures:
    """`costs`, `seconds` and `metres` have a row for each point; the other lists an entry for each bin and then each tip.

    They are of one network, in which `reached` says which bins and tips can be gone to; `networks` holds the figures of each.

    `prizes` is what it costs to leave a bin out. That of a bin which must be visited is above anything that all others and all
    driving of the day could come to, so that no plan saves by leaving it out. `near` lists for each bin those cheapest
    to reach, itself first; vehicles of equal `kinds` differ by name only.
    """

    problem: Problem
    bins: int
    costs: list[memoryview]
    seconds: list[memoryview]
    metres: list[memoryview]
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
    reached: list[bool]
    networks: list["Figures"] = field(default_factory=list, repr=False, compare=False)

    def of_van(self, number: int) -> "Figures":
        """The figures by the ways of a vehicle."""
        return self.networks[self.kinds[number].network]

    @property
    def tips(self) -> list[int]:
        """The tips that can be gone to."""
        return [tip for tip in range(self.bins, len(self.points)) if self.reached[tip]]


def figures_of(problem: Problem) -> Figures:
    """The figures of a problem, by the ways of its network 0."""
    cost_per_m = round(problem.prices.pence_per_km * MILLIPENCE / 1000)
    cost_per_s = round(problem.prices.pence_per_hour * MILLIPENCE / 3600)
    costs = [ways.metres * cost_per_m + ways.seconds * cost_per_s for ways in problem.networks]
    gone = [np.where(ways.seconds < OUT_OF_REACH_S, cost, 0) for ways, cost in zip(problem.networks, costs, strict=True)]
    places: list[Candidate | Tip] = [*problem.candidates, *problem.tips]
    worths = [round(bin_.worth_pence * MILLIPENCE) for bin_ in problem.candidates]
    above_all = 1 + sum(worths) + _dearest_day(problem, np.maximum.reduce(gone), cost_per_s)
    figures = Figures(
        problem=problem,
        bins=len(problem.candidates),
        costs=_rows(costs[0]),
        seconds=_rows(problem.seconds),
        metres=_rows(problem.metres),
        cost_per_s=cost_per_s,
        cost_per_m=cost_per_m,
        points=[place.point for place in places],
        service_s=[place.service_s for place in places],
        windows_s=[tuple(sorted(place.windows_s)) for place in places],
        loads_l=[bin_.load_l for bin_ in problem.candidates] + [0.0] * len(problem.tips),
        loads_kg=[bin_.load_kg for bin_ in problem.candidates] + [0.0] * len(problem.tips),
        prizes=[worth + above_all * bin_.must for worth, bin_ in zip(worths, problem.candidates, strict=True)],
        near=_near(np.minimum.reduce(costs), [bin_.point for bin_ in problem.candidates]),
        kinds=[replace(van, vehicle_id="") for van in problem.vans],
        reached=_reached(problem, problem.networks[0], places),
    )
    others = [
        replace(
            figures,
            costs=_rows(cost),
            seconds=_rows(ways.seconds),
            metres=_rows(ways.metres),
            reached=_reached(problem, ways, places),
        )
        for cost, ways in zip(costs[1:], problem.others, strict=True)
    ]
    figures.networks.extend([figures, *others])
    return figures


def _reached(problem: Problem, ways: Ways, places: Iterable[Candidate | Tip]) -> list[bool]:
    return [bool(ways.seconds[problem.depot, place.point] < OUT_OF_REACH_S) for place in places]


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
