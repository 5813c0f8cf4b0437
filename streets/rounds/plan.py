"""Which bins to visit and in which order: prize-collecting vehicle routing with mid-route tipping, solved by PyVRP 0.14.

A bin's prize is what visiting it saves (price per overflow x probability of overflowing before the next visit; Wouda,
Aerts-Veenstra & van Foreest 2024, arXiv 2409.13386); the cost is driving and working time. The tip that must come last is folded
into the arc from each bin to the depot (exact, since tips are open all day). Where most bins are optional the search begins
at "do nothing", which it otherwise takes long to find again. The same seed gives the same plan unless the budget ends the search.
"""

import math
import time
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from pyvrp import Client, ClientGroup, Depot, Location, PenaltyParams, ProblemData, Solution, SolveParams, VehicleType, solve
from pyvrp import Route as SolvedRoute
from pyvrp.stop import MaxRuntime, MultipleCriteria, NoImprovement

from streets.rounds.problem import Candidate, LeftOut, Plan, Problem, Round, Stop, Tip, Van, Window
from streets.rounds.watch import PlanCancelledError, Progress, Watch

MILLIPENCE = 1000
PATIENCE = 3000
ASK_EVERY_S = 0.25
MUST_PENCE = 20_000
END_OF_TIME_S = 10**9
ANY_WEIGHT_KG = 10**9
UNITS_A_PRIZE_BUYS = 20

# The solver does not find "tip first" by itself for a vehicle that sets out nearly full.
TIP_FIRST_ABOVE = 0.5


class NoPlanError(ValueError):
    """There is no plan for the day; the message says why."""


def plan(problem: Problem, seed: int, budget_s: float, watch: Watch | None = None, patience: int = PATIENCE) -> Plan:
    """Choose and order the stops: a round for each vehicle, which may have none.

    The search ends after `patience` steps that found nothing better, or after `budget_s`; `watch` is asked several times a second
    whether it shall go on. Raises NoPlanError without tips or vehicles, or where the solver finds nothing feasible, and
    PlanCancelledError where `watch` says no.
    """
    if not problem.tips:
        raise NoPlanError("the council has no tip: a vehicle could not end its round empty")
    if not problem.vans:
        raise NoPlanError("the council has no vehicle on this day")
    rounds = _solved(problem, seed, budget_s, watch, patience) if problem.candidates else {}
    made = tuple(_round(problem, van, rounds.get(v, [])) for v, van in enumerate(problem.vans))
    visited = {stop.ref for round_ in made for stop in round_.stops if stop.kind == "bin"}
    left = [_left_out(problem, made, bin_) for bin_ in problem.candidates if bin_.bin_id not in visited]
    return Plan(made, tuple(sorted(left, key=lambda one: not one.must)), problem.prices)


def _solved(problem: Problem, seed: int, budget_s: float, watch: Watch | None, patience: int) -> dict[int, list[Candidate | Tip]]:
    data = _data(problem)
    optional = sum(not bin_.must for bin_ in problem.candidates)
    nothing = Solution(data, []) if 2 * optional > len(problem.candidates) else None
    stop = MultipleCriteria([MaxRuntime(budget_s), NoImprovement(patience)])
    if watch is not None:
        stop = MultipleCriteria([_Asked(watch, budget_s), stop])
    params = SolveParams(penalty=PenaltyParams(max_penalty=_greatest_penalty(problem)))
    found = solve(data, stop, seed=seed, collect_stats=False, params=params, initial_solution=nothing)
    if not found.is_feasible():
        raise NoPlanError(
            f"no feasible rounds for {len(problem.vans)} vehicles and {len(problem.candidates)} bins in {budget_s:g} s"
        )
    return {route.vehicle_type(): _visits(problem, route) for route in found.best.routes()}


class _Asked:
    """A stopping criterion that asks whoever looks on, a few times a second."""

    def __init__(self, watch: Watch, budget_s: float) -> None:
        self._watch, self._budget_s = watch, budget_s
        self._since_s = self._asked_s = time.perf_counter()

    def __call__(self, best_cost: int) -> bool:
        now_s = time.perf_counter()
        if now_s - self._asked_s >= ASK_EVERY_S:
            self._asked_s = now_s
            progress = Progress(elapsed_s=now_s - self._since_s, budget_s=self._budget_s, visits=0, pence=best_cost / MILLIPENCE)
            if not self._watch(progress):
                raise PlanCancelledError
        return False


def _prize(bin_: Candidate) -> int:
    """What the solver loses without the bin: one that must be visited is worth more than any number of others."""
    return round((bin_.worth_pence + (MUST_PENCE if bin_.must else 0)) * MILLIPENCE)


def _greatest_penalty(problem: Problem) -> float:
    """What a second too late or a litre too much may cost the solver at most: so much that no prize buys more than a few.

    With PyVRP's own bound a prize of a scheduled visit buys minutes, and the search stays among rounds that do not hold: a shift
    that is nearly over then got two stops or none. A much greater bound keeps it from passing through them, as it must.
    """
    dearest = max(_prize(bin_) for bin_ in problem.candidates)
    return max(PenaltyParams().max_penalty, dearest / UNITS_A_PRIZE_BUYS)


def _visits(problem: Problem, route: SolvedRoute) -> list[Candidate | Tip]:
    """Bins and tips of a solved route in order; depots are numbered tips first, then the starts, then the end."""
    of_clients = [bin_ for bin_ in problem.candidates for _ in bin_.windows_s or (None,)]
    visits: list[Candidate | Tip] = []
    for activity in route:
        if activity.is_client():
            visits.append(of_clients[activity.idx])
        elif activity.idx < len(problem.tips):
            visits.append(problem.tips[activity.idx])
    return visits


def _data(problem: Problem) -> ProblemData:
    seconds, metres = _with_end(problem)
    price, end = problem.prices, len(problem.seconds)
    clients: list[Client] = []
    groups: list[ClientGroup] = []
    for bin_ in problem.candidates:
        windows_s = bin_.windows_s or ((0, END_OF_TIME_S),)
        if len(windows_s) > 1:
            groups.append(ClientGroup(list(range(len(clients), len(clients) + len(windows_s))), required=False))
        clients.extend(
            Client(
                bin_.point,
                pickup=[math.ceil(bin_.load_l), math.ceil(bin_.load_kg)],
                service_duration=bin_.service_s,
                prize=_prize(bin_),
                required=False,
                tw_early=early_s,
                tw_late=late_s,
                group=len(groups) - 1 if len(windows_s) > 1 else None,
            )
            for early_s, late_s in windows_s
        )
    tips = [Depot(tip.point, service_duration=tip.service_s) for tip in problem.tips]
    begins = [_after_first_tip(problem, van) for van in problem.vans]
    starts = [Depot(van.point) for van in begins]
    vans = [
        VehicleType(
            start_depot=len(tips) + v,
            end_depot=len(tips) + len(starts),
            capacity=[math.floor(van.capacity_l), ANY_WEIGHT_KG if van.capacity_kg is None else math.floor(van.capacity_kg)],
            initial_load=[math.ceil(van.load_l), math.ceil(van.load_kg)],
            tw_early=van.from_s,
            tw_late=max(van.from_s, van.until_s - sum(rest.duration_s for rest in van.breaks)),
            reload_depots=list(range(len(tips))),
            unit_distance_cost=round(price.pence_per_km * MILLIPENCE / 1000),
            unit_duration_cost=round(price.pence_per_hour * MILLIPENCE / 3600),
        )
        for v, van in enumerate(begins)
    ]
    places = [Location(0, 0) for _ in range(end + 1)]
    return ProblemData(places, clients, [*tips, *starts, Depot(end)], vans, [metres], [seconds], groups)  # type: ignore[list-item]


def _with_end(problem: Problem) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The matrices with one more point, where rounds end: arcs into it go by the cheapest tip, but from tips and the depot."""
    n = len(problem.seconds)
    seconds, metres = np.zeros((n + 1, n + 1), dtype=np.int64), np.zeros((n + 1, n + 1), dtype=np.int64)
    seconds[:n, :n], metres[:n, :n] = problem.seconds, problem.metres
    direct = {tip.point for tip in problem.tips} | {problem.depot}
    for point in range(n):
        if point in direct:
            seconds[point, n], metres[point, n] = problem.seconds[point, problem.depot], problem.metres[point, problem.depot]
        else:
            tip = last_tip(problem, point)
            seconds[point, n] = problem.seconds[point, tip.point] + tip.service_s + problem.seconds[tip.point, problem.depot]
            metres[point, n] = problem.metres[point, tip.point] + problem.metres[tip.point, problem.depot]
    return seconds, metres


def last_tip(problem: Problem, point: int) -> Tip:
    """The tip by which the way from `point` to the depot is cheapest."""

    def pence(tip: Tip) -> float:
        seconds = problem.seconds[point, tip.point] + tip.service_s + problem.seconds[tip.point, problem.depot]
        metres = problem.metres[point, tip.point] + problem.metres[tip.point, problem.depot]
        return problem.prices.driving_pence(float(seconds), float(metres))

    return min(problem.tips, key=pence)


def _tips_first(van: Van) -> bool:
    return van.load_l > TIP_FIRST_ABOVE * van.capacity_l


def _after_first_tip(problem: Problem, van: Van) -> Van:
    """The van as the solver gets it: empty at a tip where it must go there first."""
    if not _tips_first(van):
        return van
    tip = last_tip(problem, van.point)
    from_s = van.from_s + int(problem.seconds[van.point, tip.point]) + tip.service_s
    return replace(van, point=tip.point, from_s=min(from_s, van.until_s), load_l=0.0, load_kg=0.0)


def _round(problem: Problem, van: Van, visits: list[Candidate | Tip]) -> Round:
    """The timetable of a van: it leaves at the begin of its shift and waits where a window is not yet open."""
    order = [last_tip(problem, van.point), *visits] if _tips_first(van) else list(visits)
    if isinstance(order[-1], Candidate) if order else van.load_l > 0:
        order.append(last_tip(problem, order[-1].point if order else van.point))
    stops = [
        Stop(
            kind="start",
            ref=van.vehicle_id,
            point=van.point,
            leg_s=0,
            leg_m=0,
            arrive_s=van.from_s,
            begin_s=van.from_s,
            leave_s=van.from_s,
        )
    ]
    for visit in order:
        if isinstance(visit, Candidate):
            stops.append(_next(problem, stops[-1], "bin", visit.bin_id, visit.point, visit.service_s, visit.windows_s))
        else:
            stops.append(_next(problem, stops[-1], "tip", visit.base_id, visit.point, visit.service_s, visit.windows_s))
    stops.append(_next(problem, stops[-1], "end", van.vehicle_id, problem.depot, 0, ()))
    return Round(van.vehicle_id, tuple(stops))


def _next(problem: Problem, before: Stop, kind: str, ref: str, point: int, service_s: int, windows_s: tuple[Window, ...]) -> Stop:
    leg_s, leg_m = int(problem.seconds[before.point, point]), int(problem.metres[before.point, point])
    arrive_s = before.leave_s + leg_s
    begin_s = next((max(arrive_s, early_s) for early_s, late_s in sorted(windows_s) if arrive_s <= late_s), arrive_s)
    return Stop(
        kind=kind, ref=ref, point=point, leg_s=leg_s, leg_m=leg_m, arrive_s=arrive_s, begin_s=begin_s, leave_s=begin_s + service_s
    )


def _left_out(problem: Problem, rounds: tuple[Round, ...], bin_: Candidate) -> LeftOut:
    """Why no round visits a bin: every detour to it costs more than it saves, or one would pay and time or space is short."""
    detours_pence = _detours_pence(problem, rounds, bin_)
    detour_pence = round(min(detours_pence), 1) if detours_pence else None
    why = "no_time" if bin_.must or detour_pence is None or detour_pence < bin_.worth_pence else "not_worth_it"
    return LeftOut(bin_.bin_id, why, detour_pence, bin_.worth_pence, bin_.must)


def _gaps(problem: Problem, round_: Round, van: Van) -> list[tuple[Stop, Stop, float]]:
    """Each two stops that follow each other, and the litres that would still fit in there until the vehicle tips."""
    loads_l = {bin_.bin_id: bin_.load_l for bin_ in problem.candidates}
    gaps: list[tuple[Stop, Stop, float]] = []
    space_l = van.capacity_l
    for before, after in reversed(list(zip(round_.stops, round_.stops[1:], strict=False))):
        if after.kind == "tip":
            trip = _trip_before(round_, after)
            space_l = van.capacity_l - sum(loads_l[stop.ref] for stop in trip if stop.kind == "bin")
            space_l -= van.load_l if trip and trip[0].kind == "start" else 0.0
        gaps.append((before, after, space_l))
    return gaps


def _trip_before(round_: Round, tip: Stop) -> list[Stop]:
    """The stops from the start or the last tip up to a tip."""
    until = round_.stops.index(tip)
    since = max((k for k, stop in enumerate(round_.stops[:until]) if stop.kind in ("start", "tip")), default=0)
    return list(round_.stops[since:until])


def _detours_pence(problem: Problem, rounds: tuple[Round, ...], bin_: Candidate) -> list[float]:
    """What it would add to visit the bin between two stops of a round, where its load fits, or with a van that stays in."""

    def added(start: int, end: int) -> float:
        seconds = problem.seconds[start, bin_.point] + problem.seconds[bin_.point, end] - problem.seconds[start, end]
        metres = problem.metres[start, bin_.point] + problem.metres[bin_.point, end] - problem.metres[start, end]
        return problem.prices.driving_pence(float(seconds) + bin_.service_s, float(metres))

    vans = {van.vehicle_id: van for van in problem.vans}
    detours = [
        added(before.point, after.point)
        for round_ in rounds
        for before, after, space_l in _gaps(problem, round_, vans[round_.vehicle_id])
        if after.kind != "end" and bin_.load_l <= space_l
    ]
    out = {round_.vehicle_id for round_ in rounds if len(round_.stops) > 2}
    tip = last_tip(problem, bin_.point)
    home_pence = problem.prices.driving_pence(
        float(problem.seconds[tip.point, problem.depot] + tip.service_s), float(problem.metres[tip.point, problem.depot])
    )
    detours.extend(
        problem.prices.driving_pence(float(problem.seconds[van.point, tip.point]), float(problem.metres[van.point, tip.point]))
        + added(van.point, tip.point)
        + home_pence
        for van in problem.vans
        if van.vehicle_id not in out and bin_.load_l <= van.capacity_l
    )
    return detours
