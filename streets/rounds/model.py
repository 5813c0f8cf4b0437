"""A day as PyVRP 0.14 knows it, and rounds in its terms and back.

The tip that must come last is folded into the arc from each bin to the depot. Breaks, which PyVRP has not, are time kept free: at
the end of the shift, and before whatever closes after the last moment at which a break may begin. Of a bin with several windows
one client is made for each, of which one may be visited. Two things are hence rough: which tip comes last where tips have hours,
and waiting around breaks; `timetable` and `draft` know both exactly and have the last word.
"""

import math

import numpy as np
from numpy.typing import NDArray
from pyvrp import Activity, ActivityType, Client, ClientGroup, Depot, Location, ProblemData, Route, Solution, VehicleType

from streets.rounds.draft import Course, Draft
from streets.rounds.figures import Figures
from streets.rounds.problem import OUT_OF_REACH_S, Tip, Van, Ways, Window

ALL_DAY: tuple[Window, ...] = ((0, 10**9),)
ANY_WEIGHT_KG = 10**9


class Model:
    """The data that PyVRP searches on; reload depots come first, then the start of each type of vehicle, then the end.

    With `required` no bin that must be visited may be left out: the search is the better for it, but where one cannot be visited,
    nothing is found.
    """

    def __init__(self, figures: Figures, *, required: bool = False) -> None:
        self._figures, self._required = figures, required
        self._weighs = any(van.capacity_kg is not None for van in figures.problem.vans)
        self._types: dict[Van, list[int]] = {}
        for number, kind in enumerate(figures.kinds):
            self._types.setdefault(kind, []).append(number)
        problem = figures.problem
        self._bins = [(bin_, window) for bin_ in range(figures.bins) for window in figures.windows_s[bin_] or ALL_DAY]
        self._tips = [
            (tip, window) for tip in range(figures.bins, len(figures.points)) for window in figures.windows_s[tip] or ALL_DAY
        ]
        end = len(problem.seconds)
        ways = [_with_end(figures, of_one) for of_one in problem.networks]
        depots = [
            Depot(figures.points[tip], *self._open(window, figures.service_s[tip]), figures.service_s[tip])
            for tip, window in self._tips
        ]
        starts = [Depot(kind.point) for kind in self._types]
        clients, groups = self._clients()
        self.data = ProblemData(
            [Location(0, 0) for _ in range(end + 1)],
            clients,
            [*depots, *starts, Depot(end, tw_late=self._last_end_s())],
            self._vehicles(),
            [metres for _, metres in ways],  # type: ignore[misc]
            [seconds for seconds, _ in ways],  # type: ignore[misc]
            groups,
        )

    def _open(self, window: Window, service_s: int) -> Window:
        """A window as it may be used by all vehicles, with time kept free for a break where it closes after one may begin."""
        breaks = [pause for van in self._figures.problem.vans for pause in van.breaks]
        early_s, late_s = window
        kept_s = sum(pause.duration_s for pause in breaks if late_s + service_s > pause.until_s and late_s < ALL_DAY[0][1])
        return early_s, max(early_s, late_s - kept_s)

    def _clients(self) -> tuple[list[Client], list[ClientGroup]]:
        figures = self._figures
        members: dict[int, list[int]] = {}
        for number, (bin_, _) in enumerate(self._bins):
            members.setdefault(bin_, []).append(number)
        several = {bin_: numbers for bin_, numbers in members.items() if len(numbers) > 1}
        group = {bin_: number for number, bin_ in enumerate(several)}
        clients = [
            Client(
                figures.points[bin_],
                pickup=self._load(figures.loads_l[bin_], figures.loads_kg[bin_]),
                service_duration=figures.service_s[bin_],
                prize=figures.prizes[bin_],
                required=self._required and figures.problem.candidates[bin_].must and bin_ not in several,
                tw_early=self._open(window, figures.service_s[bin_])[0],
                tw_late=self._open(window, figures.service_s[bin_])[1],
                group=group.get(bin_),
            )
            for bin_, window in self._bins
        ]
        return clients, [
            ClientGroup(numbers, required=self._required and figures.problem.candidates[bin_].must)
            for bin_, numbers in several.items()
        ]

    def _vehicles(self) -> list[VehicleType]:
        figures = self._figures
        return [
            VehicleType(
                len(numbers),
                start_depot=len(self._tips) + number,
                end_depot=len(self._tips) + len(self._types),
                capacity=[
                    math.floor(van.capacity_l),
                    ANY_WEIGHT_KG if van.capacity_kg is None else math.floor(van.capacity_kg),
                ][: 1 + self._weighs],
                initial_load=self._load(van.load_l, van.load_kg),
                tw_early=van.from_s,
                tw_late=max(van.from_s, van.until_s - sum(pause.duration_s for pause in van.breaks)),
                start_late=van.from_s if van.under_way else None,
                reload_depots=list(range(len(self._tips))),
                unit_distance_cost=figures.cost_per_m,
                unit_duration_cost=figures.cost_per_s,
                profile=van.network,
            )
            for number, (van, numbers) in enumerate(self._types.items())
        ]

    def _load(self, litres: float, kilograms: float) -> list[int]:
        """A load in whole litres, and kilograms where they matter to a vehicle."""
        return [math.ceil(litres), math.ceil(kilograms)][: 1 + self._weighs]

    def _last_end_s(self) -> int:
        """By when the last vehicle must be home, as tips close."""
        figures = self._figures
        depot = figures.problem.depot
        ways = [[int(of_one.seconds[figures.points[tip], depot]) for of_one in figures.problem.networks] for tip, _ in self._tips]
        home = [max((way for way in of_tip if way < OUT_OF_REACH_S), default=0) for of_tip in ways]
        return max(
            self._open(window, 0)[1] + figures.service_s[tip] + way for (tip, window), way in zip(self._tips, home, strict=True)
        )

    def solution(self, draft: Draft) -> Solution:
        """The draft in PyVRP's terms."""
        kinds = list(self._types)
        routes = [
            Route(self.data, activities, kinds.index(self._figures.kinds[number]))
            for number, course in enumerate(draft.courses)
            if (activities := self._activities(course))
        ]
        return Solution(self.data, routes)

    def _activities(self, course: Course) -> list[Activity]:
        """Visits but for the last tip, which comes by itself."""
        begin_s = dict(zip(course.table.stops, course.table.times.begin_s, strict=True))
        bins, tips = self._figures.bins, {tip: number for number, (tip, _) in reversed(list(enumerate(self._tips)))}
        return [
            Activity(ActivityType.DEPOT, tips[visit])
            if visit >= bins
            else Activity(ActivityType.CLIENT, self._client(visit, begin_s[visit]))
            for visit in course.visits[:-1]
        ]

    def _client(self, bin_: int, begin_s: int) -> int:
        """The client of the bin's window in which its work begins."""
        return next(
            number for number, (one, window) in enumerate(self._bins) if one == bin_ and window[0] <= begin_s <= window[1]
        )

    def visits(self, solution: Solution) -> list[list[int]]:
        """The visits of each vehicle, in order; tips that come last are not among them."""
        visits: list[list[int]] = [[] for _ in self._figures.problem.vans]
        idle = [iter(numbers) for numbers in self._types.values()]
        for route in solution.routes():
            own = visits[next(idle[route.vehicle_type()])]
            for activity in route:
                if activity.is_client():
                    own.append(self._bins[activity.idx][0])
                elif activity.idx < len(self._tips):
                    own.append(self._tips[activity.idx][0])
        return visits


def _with_end(figures: Figures, ways: Ways) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """A network's matrices with one more point, where rounds end: arcs into it go by the cheapest tip, but from bases."""
    problem, n = figures.problem, len(ways.seconds)
    seconds, metres = np.zeros((n + 1, n + 1), dtype=np.int64), np.zeros((n + 1, n + 1), dtype=np.int64)
    seconds[:n, :n], metres[:n, :n] = ways.seconds, ways.metres
    by_tips_s = np.stack([_by(ways.seconds, tip, problem.depot) + tip.service_s for tip in problem.tips])
    by_tips_m = np.stack([_by(ways.metres, tip, problem.depot) for tip in problem.tips])
    cheapest = np.argmin(by_tips_s * figures.cost_per_s + by_tips_m * figures.cost_per_m, axis=0)
    seconds[:n, n], metres[:n, n] = by_tips_s[cheapest, np.arange(n)], by_tips_m[cheapest, np.arange(n)]
    direct = [tip.point for tip in problem.tips] + [problem.depot]
    seconds[direct, n], metres[direct, n] = ways.seconds[direct, problem.depot], ways.metres[direct, problem.depot]
    return seconds, metres


def _by(matrix: NDArray[np.int64], tip: Tip, depot: int) -> NDArray[np.int64]:
    by_tip: NDArray[np.int64] = matrix[:, tip.point] + matrix[tip.point, depot]
    return by_tip
