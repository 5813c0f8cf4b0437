"""What the product's planner makes of public routing instances, beside their best-known values.

Every instance is asked as the product's own day: bins with a load, a worth and a window, a tip, vans that empty themselves there
and end at the depot. In cvrp, vrptw and pcvrptw the tip stands at the depot and takes no time, so that a van's trips are the
instance's routes; what must be visited is worth more than any way to it. The cost is driving only; prizes left uncollected add
to it. In pvrpif each day of the published plan is planned anew with the customers it visits; the minutes of all days add up.
Every plan passes the product's own check first.
"""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pyvrp

from bench.command import answer, arguments, rounded, say
from streets.rounds.check import verified
from streets.rounds.plan import NoPlanError, plan
from streets.rounds.problem import Candidate, Plan, Prices, Problem, Tip, Van

ROUNDING = {"cvrp": "round", "vrptw": "dimacs", "pcvrptw": "dimacs"}
BEST_KNOWN_TIMES = {"cvrp": 1, "vrptw": 10, "pcvrptw": 1}
"""What a value in .sol is multiplied by to be in the cost's unit (see the data's README)."""
PRICES = Prices(pence_per_km=1.0, pence_per_hour=0.0)
"""One unit of distance, called a metre, costs a thousandth of a penny; so does one unit of prize."""
MINUTES = Prices(pence_per_km=0.0, pence_per_hour=60.0)
ALL_DAY_S = 10**8
SEED = 1


def read(path: Path, kind: str) -> Problem:
    """An instance in VRPLIB form as a day of the product's."""
    data = pyvrp.read(path, round_func=ROUNDING[kind])
    clients, fleet = data.clients(), data.vehicle_types()[0]
    candidates = tuple(
        Candidate(
            bin_id=str(client.location),
            point=client.location,
            worth_pence=client.prize / 1000,
            must=client.required,
            load_l=max(*client.delivery, *client.pickup),
            service_s=client.service_duration,
            windows_s=((client.tw_early, client.tw_late),) if client.tw_late < ALL_DAY_S else (),
        )
        for client in clients
    )
    depot = data.depots()[0]
    until_s = min(depot.tw_late, fleet.tw_late, ALL_DAY_S)
    vans = [
        Van(vehicle_id=str(v), point=0, capacity_l=fleet.capacity[0], from_s=0, until_s=until_s)
        for v in range(fleet.num_available)
    ]
    return Problem(
        seconds=np.asarray(data.duration_matrix(0)),
        metres=np.asarray(data.distance_matrix(0)),
        candidates=candidates,
        tips=(Tip(base_id="depot", point=0, service_s=0),),
        vans=tuple(vans),
        depot=0,
        prices=PRICES,
    )


def cost(made: Plan) -> float:
    """Units of distance driven and of prizes left. Raises NoPlanError where something that must be visited was not."""
    if any(left.must for left in made.left_out):
        raise NoPlanError("left_out", "a customer that must be visited is on no round")
    return sum(one.distance_m for one in made.rounds) + sum(left.worth_pence * 1000 for left in made.left_out)


def published_days(report: str) -> dict[int, list[int]]:
    """The points visited on each day of a published plan, by all its vehicles."""
    days: dict[int, list[int]] = {}
    for day, path in re.findall(r"^Day: (\d+):.*?^path\s+([\d. ]+)$", report, re.MULTILINE | re.DOTALL):
        days.setdefault(int(day), []).extend(int(float(point)) for point in path.split())
    return days


def waste_day(instance: dict, visited: Sequence[int]) -> Problem:  # type: ignore[type-arg]
    """One day of a pvrpif instance, in seconds for its minutes; intermediate facilities are tips."""
    info, places = instance["info"], [feature["properties"] for feature in instance["features"]]
    tips = [place for place in places if place["type"] not in ("depot", "customer")]
    seconds = np.array(instance["duration"], dtype=np.int64) * 60
    customers = sorted({point for point in visited if places[point]["type"] == "customer"})
    return Problem(
        seconds=seconds,
        metres=np.zeros_like(seconds),
        candidates=tuple(
            Candidate(
                bin_id=str(point),
                point=point,
                worth_pence=0,
                must=True,
                load_l=places[point]["demand"],
                service_s=int(places[point]["service"] * 60),
            )
            for point in customers
        ),
        tips=tuple(Tip(base_id=str(tip["id"]), point=tip["id"], service_s=int(tip["service"] * 60)) for tip in tips),
        vans=tuple(
            Van(vehicle_id=str(v), point=0, capacity_l=info["maxCapacity"], from_s=0, until_s=info["maxDuration"] * 60)
            for v in range(info["numVehicles"])
        ),
        depot=0,
        prices=MINUTES,
    )


def score_instance(path: Path, kind: str, budget_s: float) -> dict[str, float | None]:
    """Cost of the product's plan for one instance beside the best known; None where it found no plan, or none is known."""
    best_known = _best_known(path.with_suffix(".sol"), kind)
    problem = read(path, kind)
    try:
        ours = cost(verified(problem, plan(problem, SEED, budget_s)))
    except NoPlanError as none:
        say(f"{path.stem}: {none}")
        return {"cost": None, "best_known": best_known, "gap_pct": None}
    gap_pct = None if best_known is None else rounded(100 * (ours / best_known - 1), 2)
    return {"cost": rounded(ours), "best_known": best_known, "gap_pct": gap_pct}


def _best_known(path: Path, kind: str) -> float | None:
    """The cost that a .sol tells, in the unit of ours."""
    found = re.search(r"Cost:?\s+([\d.]+)", path.read_text()) if path.exists() else None
    return float(found[1]) * BEST_KNOWN_TIMES[kind] if found else None


def score_waste(path: Path, budget_s: float) -> dict[str, float | None]:
    """Minutes driven on all days of one pvrpif instance beside the published; None where a day found no plan."""
    instance = json.loads(path.read_text())
    (report,) = (path.parent.parent / "solutions").glob(f"report_{path.stem}_feasible_*.txt")
    text = report.read_text()
    published = sum(float(minutes) for minutes in re.findall(r"^Day: .* cost:([\d.]+)", text, re.MULTILINE))
    try:
        ours = sum(_minutes(waste_day(instance, visited), budget_s) for visited in published_days(text).values())
    except NoPlanError as none:
        say(f"{path.stem}: {none}")
        return {"cost": None, "best_known": published, "gap_pct": None}
    return {"cost": rounded(ours), "best_known": published, "gap_pct": rounded(100 * (ours / published - 1), 2)}


def _minutes(problem: Problem, budget_s: float) -> float:
    """Minutes driven on a day of a pvrpif instance. Raises NoPlanError where a customer is on no round."""
    made = verified(problem, plan(problem, SEED, budget_s))
    if made.left_out:
        raise NoPlanError("left_out", f"{len(made.left_out)} customers are on no round")
    return sum(one.drive_s for one in made.rounds) / 60


def _total(waste: Mapping[str, Mapping[str, float | None]], of: str) -> float | None:
    """The sum over all pvrpif instances; not known where that of one is not."""
    each = [one[of] for one in waste.values()]
    known = [minutes for minutes in each if minutes is not None]
    return rounded(sum(known)) if len(known) == len(each) else None


def main() -> None:
    """Score a folder with any of cvrp, vrptw, pcvrptw and pvrpif in it."""
    parser = arguments(__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--budget", type=float, default=1.0, metavar="SECONDS", help="search time for each plan")
    asked = parser.parse_args()
    figures: dict[str, object] = {}
    for kind in ROUNDING:
        for path in sorted((asked.folder / kind).glob("*.vrp")):
            figures[path.stem] = score_instance(path, kind, asked.budget)
            say(f"{path.stem}: {figures[path.stem]}")
    waste = {path.stem: score_waste(path, asked.budget) for path in sorted((asked.folder / "pvrpif/instances").glob("*.geojson"))}
    if not figures and not waste:
        parser.error(f"no instances in {asked.folder}: it has none of cvrp, vrptw, pcvrptw and pvrpif/instances")
    totals = {"pvrpif_total": _total(waste, "cost"), "pvrpif_published": _total(waste, "best_known")}
    answer({**figures, **waste, **totals})


if __name__ == "__main__":
    main()
