"""An independent check of a plan: it shares no arithmetic with plan.py, and no plan is stored that it faults."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from streets.reasons import ReasonedError
from streets.rounds.problem import Plan, Problem, Round, Van


class PlanFaultError(ReasonedError):
    """A plan breaks a rule of its problem; the message lists every fault. It must not be shown to a crew."""


def verified(problem: Problem, plan: Plan) -> Plan:
    """The plan itself. Raises PlanFaultError where it has any fault."""
    found = list(faults(problem, plan))
    if found:
        raise PlanFaultError("faulty", "; ".join(found))
    return plan


def faults(problem: Problem, plan: Plan) -> Iterator[str]:
    """Every fault of a plan, as sentences."""
    vans = {van.vehicle_id: van for van in problem.vans}
    used = Counter(round_.vehicle_id for round_ in plan.rounds)
    yield from (f"{vehicle} drives {times} rounds" for vehicle, times in used.items() if times > 1)
    yield from (f"{vehicle} is no vehicle of this day" for vehicle in used if vehicle not in vans)
    yield from (f"{vehicle} has no round" for vehicle in vans if vehicle not in used)
    for round_ in plan.rounds:
        if round_.vehicle_id in vans:
            yield from _of_ends(problem, round_, vans[round_.vehicle_id])
            yield from _of_times(problem, round_, vans[round_.vehicle_id])
            yield from _of_loads(problem, round_, vans[round_.vehicle_id])
            yield from _of_breaks(round_, vans[round_.vehicle_id])
            yield from _of_waiting(problem, round_, vans[round_.vehicle_id])
    yield from _of_bins(problem, plan)
    yield from _of_left(problem, plan)


def _of_bins(problem: Problem, plan: Plan) -> Iterator[str]:
    """Every candidate is on one round or left out with a reason, once."""
    told = Counter(stop.ref for round_ in plan.rounds for stop in round_.stops if stop.kind == "bin")
    told.update(left.bin_id for left in plan.left_out)
    known = {bin_.bin_id for bin_ in problem.candidates}
    yield from (f"bin {bin_id} is told of {times} times" for bin_id, times in told.items() if times > 1)
    yield from (f"bin {bin_id} was not asked for" for bin_id in told if bin_id not in known)
    yield from (f"bin {bin_id} is forgotten" for bin_id in sorted(known - set(told)))


def _of_left(problem: Problem, plan: Plan) -> Iterator[str]:
    """What is said of a bin that is left out is so; one that must be visited never is for its worth."""
    known = {bin_.bin_id: bin_ for bin_ in problem.candidates}
    for left in plan.left_out:
        bin_ = known.get(left.bin_id)
        if bin_ is not None and (left.must, left.worth_pence) != (bin_.must, bin_.worth_pence):
            yield f"bin {left.bin_id} is left out as another than it is"
        if left.why not in ("no_time", "not_worth_it"):
            yield f"bin {left.bin_id} is left out for no reason"
        if bin_ is not None and bin_.must and left.why == "not_worth_it":
            yield f"bin {left.bin_id} must be visited, whatever it is worth"


def _of_ends(problem: Problem, round_: Round, van: Van) -> Iterator[str]:
    kinds = [stop.kind for stop in round_.stops]
    if kinds[:1] != ["start"] or kinds[-1:] != ["end"] or {"start", "end"} & set(kinds[1:-1]):
        yield f"{van.vehicle_id}: a round has one start and one end"
    if round_.stops and round_.stops[0].point != van.point:
        yield f"{van.vehicle_id} does not start where it stands"
    if round_.stops and (round_.stops[0].leg_s or round_.stops[0].leg_m):
        yield f"{van.vehicle_id} drives before its start"
    if round_.stops and round_.stops[-1].point != problem.depot:
        yield f"{van.vehicle_id} does not end at the depot"


def _of_times(problem: Problem, round_: Round, van: Van) -> Iterator[str]:
    windows = {("bin", bin_.bin_id): bin_.windows_s for bin_ in problem.candidates}
    windows |= {("tip", tip.base_id): tip.windows_s for tip in problem.tips}
    service_s = {bin_.bin_id: bin_.service_s for bin_ in problem.candidates} | {
        tip.base_id: tip.service_s for tip in problem.tips
    }
    points = {bin_.bin_id: bin_.point for bin_ in problem.candidates} | {tip.base_id: tip.point for tip in problem.tips}
    ways = problem.networks[van.network]
    for before, stop in pairwise(round_.stops):
        if (stop.leg_s, stop.leg_m) != (ways.seconds[before.point, stop.point], ways.metres[before.point, stop.point]):
            yield f"{van.vehicle_id}: the leg to {stop.ref} is not the streets' own"
        if stop.arrive_s < before.leave_s + ways.seconds[before.point, stop.point] or stop.begin_s < stop.arrive_s:
            yield f"{van.vehicle_id} is at {stop.ref} before it can be"
        if stop.kind in ("bin", "tip") and stop.point != points.get(stop.ref):
            yield f"{van.vehicle_id} looks for {stop.ref} in the wrong place"
        if stop.leave_s - stop.begin_s < (service_s.get(stop.ref, 0) if stop.kind in ("bin", "tip") else 0):
            yield f"{van.vehicle_id} leaves {stop.ref} before the work is done"
        windows_s = windows.get((stop.kind, stop.ref), ())
        if windows_s and not any(early_s <= stop.begin_s <= late_s for early_s, late_s in windows_s):
            yield f"{van.vehicle_id} is at {stop.ref} outside its window"
    if round_.stops and (round_.stops[0].leave_s < van.from_s or round_.stops[-1].arrive_s > van.until_s):
        yield f"{van.vehicle_id} works outside its shift"


def _of_loads(problem: Problem, round_: Round, van: Van) -> Iterator[str]:
    """A vehicle never holds more than it may, in litres and in kilograms, and is empty when it comes home."""
    tips = {tip.base_id for tip in problem.tips}
    litres = {bin_.bin_id: bin_.load_l for bin_ in problem.candidates}
    kilograms = {bin_.bin_id: bin_.load_kg for bin_ in problem.candidates}
    yield from (
        f"{van.vehicle_id} tips at {stop.ref}, which is no tip"
        for stop in round_.stops
        if stop.kind == "tip" and stop.ref not in tips
    )
    for unit, loads, aboard, capacity in (
        ("l", litres, van.load_l, van.capacity_l),
        ("kg", kilograms, van.load_kg, van.capacity_kg),
    ):
        for stop in round_.stops:
            if stop.kind == "tip":
                aboard = 0.0
            elif stop.kind == "bin":
                aboard += loads.get(stop.ref, 0.0)
            if capacity is not None and aboard > capacity:
                yield f"{van.vehicle_id} is over its capacity of {capacity:g} {unit} at {stop.ref}"
        if aboard > 0:
            yield f"{van.vehicle_id} comes home with {aboard:.0f} {unit} aboard"


def _of_breaks(round_: Round, van: Van) -> Iterator[str]:
    """Every break is taken whole, in its time, where the vehicle stands; but for those not begun by the time it must be home."""
    if not round_.stops:
        return
    taken = [(before, stop) for before, stop in pairwise(round_.stops) if stop.kind == "break"]
    for before, stop in taken:
        if stop.point != before.point or stop.leg_s or stop.leg_m:
            yield f"{van.vehicle_id} drives to its break"
    if len(taken) > len(van.breaks):
        yield f"{van.vehicle_id} takes {len(taken)} breaks of {len(van.breaks)}"
    for (_, stop), due in zip(taken, van.breaks, strict=False):
        if not due.from_s <= stop.begin_s <= due.until_s:
            yield f"{van.vehicle_id} takes its break at the wrong time"
        if stop.leave_s - stop.begin_s < due.duration_s:
            yield f"{van.vehicle_id} cuts its break short"
    for due in van.breaks[len(taken) :]:
        if round_.stops[-1].arrive_s > due.until_s:
            yield f"{van.vehicle_id} has no break"


def _of_waiting(problem: Problem, round_: Round, van: Van) -> Iterator[str]:
    """Nobody waits on the way who could have left a second later: before a wait there is a stop whose window then closed."""
    windows = {("bin", bin_.bin_id): bin_.windows_s for bin_ in problem.candidates}
    windows |= {("tip", tip.base_id): tip.windows_s for tip in problem.tips}
    rests = iter(van.breaks)
    for before, stop in pairwise(() if van.under_way else round_.stops):
        if stop.begin_s > before.leave_s + stop.leg_s:
            yield f"{van.vehicle_id} waits at {stop.ref} and could have left later"
            return
        due = next(rests, None) if stop.kind == "break" else None
        hours = ((due.from_s, due.until_s),) if due else windows.get((stop.kind, stop.ref), ())
        if hours and not any(early_s <= stop.begin_s < late_s for early_s, late_s in hours):
            return
