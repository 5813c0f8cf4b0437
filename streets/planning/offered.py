"""What of a day is offered to the search, and the bins that are not, with the reason and the figures behind it."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from streets.network.placed import Placed
from streets.planning.day import LITTER_KG_PER_L, Day, shifts_over
from streets.planning.overtime import with_overtime
from streets.rounds.demand import Need
from streets.rounds.problem import OUT_OF_REACH_S, Candidate, Prices, Problem, Van, Ways
from streets.store.rounds import NotToday, ReachableBin

DUE_OVERFLOW = 0.9
"""An assumption: a bin of which nothing is known but that its visit is due is taken as nearly sure to overflow, as its load is
taken as full. It outranks none that is known to be full."""


def problem_of(day: Day, needs: Mapping[str, Need], prices: Prices) -> tuple[Problem, list[NotToday]]:
    """What to plan, and the bins that are no part of it with the reason. Raises CannotPlanError where every shift is over."""
    vans = [van for van in (day.van(index) for index in range(len(day.vehicles))) if van.from_s < van.until_s]
    if not vans:
        raise shifts_over(day.service_date)
    closed = {stop.bin_id for done in day.done.values() for stop in done.stops}
    candidates, left = [], []
    for index, each in enumerate(day.bins):
        if each.bin_id in closed:
            continue
        why = _why_not(day, index, needs[each.bin_id], vans)
        if why is None:
            candidates.append(_candidate(day, index, needs[each.bin_id], prices))
        else:
            vehicles = {"vehicles": [one.name for one in day.vehicles]} if why == "unreachable" else {}
            left.append(not_today(each, why, needs[each.bin_id], **vehicles))
    tips = tuple(day.tip(index) for index in range(len(day.tips)))
    ways = [_ways(one) for one in day.networks]
    ready = tuple(with_overtime(van, tips, ways[van.network].seconds, 0) if van.vehicle_id in day.done else van for van in vans)
    problem = Problem(
        seconds=ways[0].seconds,
        metres=ways[0].metres,
        candidates=tuple(candidates),
        tips=tips,
        vans=ready,
        depot=0,
        prices=prices,
        others=tuple(ways[1:]),
    )
    return problem, left


def _ways(placed: Placed) -> Ways:
    """The ways between points, where those that are none take OUT_OF_REACH_S."""
    shut = placed.seconds < 0
    np.fill_diagonal(shut, False)
    return Ways(np.where(shut, OUT_OF_REACH_S, np.maximum(placed.seconds, 0)), np.maximum(placed.metres, 0))


def _why_not(day: Day, index: int, needs: Need, vans: list[Van]) -> str | None:
    """Why a bin is not even offered to the solver, or None."""
    if not needs.wanted:
        return needs.why
    if not any(one.reachable(day.point(index)) for one in day.networks):
        return "unreachable"
    windows_s = day.windows_s(index, day.service_s(index))
    if windows_s and not any(max(van.from_s, early) <= min(van.until_s, late) for van in vans for early, late in windows_s):
        return "outside_hours"
    return None


def _candidate(day: Day, index: int, needs: Need, prices: Prices) -> Candidate:
    service_s, kg_per_l = day.service_s(index), day.bins[index].kg_per_l
    return Candidate(
        bin_id=day.bins[index].bin_id,
        point=day.point(index),
        worth_pence=prices.pence_per_overflow * (DUE_OVERFLOW if needs.overflow is None else needs.overflow),
        load_l=needs.load_l,
        load_kg=needs.load_l * (LITTER_KG_PER_L if kg_per_l is None else kg_per_l),
        service_s=service_s,
        windows_s=day.windows_s(index, service_s),
        must=needs.must,
    )


def not_today(bin_: ReachableBin, why: str, needs: Need, **figures: object) -> NotToday:
    """A bin that no round visits, with the figures behind the reason."""
    detail = {**figures_of(bin_, needs), **figures}
    return NotToday(bin_id=bin_.bin_id, name=bin_.name, lat=bin_.lat, lon=bin_.lon, why=why, why_detail=detail)


def figures_of(bin_: ReachableBin, needs: Need) -> dict[str, Any]:
    """The figures behind a reason, as round_stop.why_detail keeps them; what is not known is not there."""
    times = {"observed_at": bin_.observed_at, "full_at": bin_.full_at, "last_emptied_at": bin_.last_emptied_at}
    times["visit_before"] = bin_.visit_before
    figures: dict[str, Any] = {name: moment.isoformat() for name, moment in times.items() if moment is not None}
    figures["visit_every_days"] = bin_.visit_every_days
    if bin_.fill_pct is not None:
        figures["fill_pct"] = round(bin_.fill_pct)
    elif bin_.expected_low_pct is not None and bin_.expected_high_pct is not None:
        figures |= {"low_pct": round(bin_.expected_low_pct), "high_pct": round(bin_.expected_high_pct)}
    if needs.then_pct is not None:
        figures["then_low_pct"], figures["then_high_pct"] = (round(each) for each in needs.then_pct)
    if needs.overflow is not None:
        figures["overflow"] = round(needs.overflow, 3)
    return figures | (needs.ordered.detail if needs.ordered else {})
