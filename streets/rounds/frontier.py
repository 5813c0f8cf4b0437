"""The frontier of a day: what the rounds cost against the overflows that they leave, for several prices of an overflow.

Every plan found for one price holds at every other, since prices change nothing that a plan must keep to. So each price gets the
best of all plans found, and what is left is the lower hull of them: a dearer overflow never buys more of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from streets.rounds.problem import Plan, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A price of an overflow, and the best plan found for it: what it drives, what it costs, and what it leaves.

    `expected_overflows` sums the probabilities, by the next visit, of the bins that no round visits; `not_known` counts those of
    them of which none is known. `found_for_pence` is the price for which the plan was searched. `musts_left` are bins that
    must be visited and are not.
    """

    pence_per_overflow: float
    found_for_pence: float
    visits: int
    km: float
    hours: float
    driving_pence: float
    expected_overflows: float
    not_known: int
    musts_left: int


def frontier(problems: Mapping[float, Problem], plans: Mapping[float, Plan], chances: Mapping[str, float | None]) -> list[Point]:
    """A point for each price, from problems and plans by price; `chances` are the day's bins and their probabilities."""
    return [
        _point(price, best, plans[best], chances)
        for price, best in ((price, _best(problem, plans)) for price, problem in sorted(problems.items()))
    ]


def _best(problem: Problem, plans: Mapping[float, Plan]) -> float:
    """The price whose plan is the best for this problem: musts first, then the cost and what is not saved, then fewer visits."""

    def rank(price: float) -> tuple[int, float, int]:
        visited = visits(plans[price])
        left = [bin_ for bin_ in problem.candidates if bin_.bin_id not in visited]
        pence = plans[price].driving_pence + sum(bin_.worth_pence for bin_ in left)
        return sum(bin_.must for bin_ in left), round(pence, 6), len(visited)

    return min(sorted(plans), key=rank)


def visits(plan: Plan) -> set[str]:
    """The bins that a plan visits."""
    return {stop.ref for each in plan.rounds for stop in each.stops if stop.kind == "bin"}


def _point(price: float, best: float, plan: Plan, chances: Mapping[str, float | None]) -> Point:
    visited = visits(plan)
    left: Sequence[float | None] = [chance for bin_id, chance in chances.items() if bin_id not in visited]
    return Point(
        pence_per_overflow=price,
        found_for_pence=best,
        visits=len(visited),
        km=sum(each.distance_m for each in plan.rounds) / 1000,
        hours=sum(each.paid_s for each in plan.rounds) / 3600,
        driving_pence=plan.driving_pence,
        expected_overflows=sum(chance for chance in left if chance is not None),
        not_known=sum(chance is None for chance in left),
        musts_left=sum(one.must for one in plan.left_out),
    )
