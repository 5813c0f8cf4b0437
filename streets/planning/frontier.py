"""Draw a day's frontier: the same candidates planned for several prices of an overflow, each with a share of the time."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from streets.planning.rounds import DayToPlan, searched
from streets.rounds.frontier import frontier
from streets.rounds.watch import Progress, Watch

PRICES_PENCE = (100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800)
"""From a pound to 128 by doublings: the usual dial, 20 pounds, stands in the middle of them."""
OUT_OF_REACH = ("unreachable", "outside_hours", "cannot")
"""Why bins are on no round at any price."""
SEARCH_SHARE = 0.4
"""Of the time that a plan gets which will be driven: a point of the frontier may rest on its neighbours' plans too."""


def drawn(read: DayToPlan, prices_pence: Sequence[float], plan_s: float, watch: Watch) -> dict[str, Any]:
    """The frontier as planning_run.result keeps it; the price in force is one of its points. A plan would get `plan_s` to search.

    Raises one of REFUSALS, or PlanCancelledError where `watch` says no; it hears of all searches as of one.
    """
    in_force = read.prices.pence_per_overflow
    prices = sorted({float(price) for price in prices_pence} | {in_force})
    budget_s = plan_s * SEARCH_SHARE
    days = {price: read.at(replace(read.prices, pence_per_overflow=price)) for price in prices}
    plans = {
        price: searched(day, 0, budget_s, _part(watch, k, len(prices), budget_s)) for k, (price, day) in enumerate(days.items())
    }
    closed = {stop.bin_id for done in read.day.done.values() for stop in done.stops}
    chances = {bin_id: need.overflow for bin_id, need in read.needs.items() if bin_id not in closed}
    points = frontier({price: day.problem for price, day in days.items()}, plans, chances)
    return {
        "points": [asdict(point) for point in points],
        "pence_per_overflow": in_force,
        "pence_per_km": read.prices.pence_per_km,
        "pence_per_hour": read.prices.pence_per_hour,
        "bins": len(chances),
        "not_known": sum(chance is None for chance in chances.values()),
        "out_of_reach": sum(chances[left.bin_id] or 0.0 for left in read.left if left.why in OUT_OF_REACH),
        "read_at": read.day.at.isoformat(),
    }


def _part(watch: Watch, k: int, searches: int, budget_s: float) -> Watch:
    """Looks on at the k-th of several searches of equal time, and tells of it as of a part of one."""

    def look(progress: Progress) -> bool:
        elapsed_s = k * budget_s + min(progress.elapsed_s, budget_s)
        return watch(replace(progress, elapsed_s=elapsed_s, budget_s=searches * budget_s))

    return look
