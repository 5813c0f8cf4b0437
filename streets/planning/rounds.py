"""Plan a council's rounds: what each bin needs → which stops in which order → checked → kept."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from streets.planning.day import CannotPlanError, Day, Done, figures_of, not_today, problem_of, read_day
from streets.rounds.check import PlanFaultError, verified
from streets.rounds.demand import Need
from streets.rounds.outcome import by_stop, closing
from streets.rounds.plan import NoPlanError, plan
from streets.rounds.problem import Prices, Problem, Round, Stop
from streets.rounds.streets import Leg, StreetsError
from streets.store import rounds, stop_events
from streets.store.database import Connection
from streets.store.rounds import PlannedRound, PlannedStop

CLOCK = "clock"
NAMES = UUID("7b0a4f0e-53a5-4a0e-9f6e-2f7f2d1c9a10")

REFUSALS = (CannotPlanError, NoPlanError, PlanFaultError, StreetsError)


@dataclass(frozen=True, slots=True)
class Planned:
    """The rounds in force after planning. `is_new` is False where a plan stood already and was kept."""

    rounds: tuple[PlannedRound, ...]
    is_new: bool


def plan_day(
    conn: Connection,
    council: str,
    service_date: date,
    at: datetime,
    *,
    again: bool = False,
    planned_by: str = CLOCK,
    prices: Prices | None = None,
    seed: int = 0,
    budget_s: float = 10.0,
) -> Planned:
    """Plan a day's rounds, or return those in force; with `again` make a new version, in which done stops stay in place.

    Raises one of REFUSALS, and keeps nothing, where the council lacks what planning needs or no plan that holds was found.
    """
    rounds.lock(conn, council, service_date)
    before = tuple(rounds.of_day(conn, council, service_date))
    if before and not again:
        return Planned(before, is_new=False)
    prices = prices or Prices()
    day = read_day(conn, council, service_date, at, _done(conn, council, before))
    needs = day.needs()
    problem, left = problem_of(day, needs, prices)
    made = verified(problem, plan(problem, seed, budget_s))
    bins = {each.bin_id: each for each in day.bins}
    left += [
        not_today(bins[each.bin_id], each.why, needs[each.bin_id], detour_pence=each.detour_pence, worth_pence=each.worth_pence)
        for each in made.left_out
    ]
    version = 1 + max((each.version for each in before), default=0)
    settings = {"prices": asdict(prices), "seed": seed, "budget_s": budget_s}
    rounds.supersede(conn, council, service_date, [each.vehicle_id for each in made.rounds], at)
    for each in made.rounds:
        stops = _stops(day, problem, needs, each, version)
        done = day.done.get(each.vehicle_id)
        head = _head(day, each, stops, version, planned_by, settings)
        rounds.keep(conn, head, stops, {stop.stop_id: k for k, stop in enumerate(done.stops)} if done else {})
    in_force = tuple(rounds.of_day(conn, council, service_date))
    rounds.keep_left_out(conn, next(each.round_id for each in in_force if each.version == version), left)
    return Planned(in_force, is_new=True)


def _done(conn: Connection, council: str, before: tuple[PlannedRound, ...]) -> dict[str, Done]:
    """What each vehicle has behind it: its start, the stops that the crew closed, and what it emptied since it last tipped."""
    told = by_stop(stop_events.of_day(conn, council, before[0].service_date)) if before else {}
    done: dict[str, Done] = {}
    for each in before:
        start, *others = rounds.stops(conn, each.round_id)
        closed = [(stop, end) for stop in others if (end := closing(told.get(stop.bin_id or stop.stop_id, [])))]
        load_l = 0.0
        for stop, end in sorted(closed, key=lambda pair: pair[1].at):
            load_l = 0.0 if stop.kind == "tip" else load_l + (stop.expected_load_l or 0.0) * (end.event == "emptied")
        if closed:
            in_order = [stop for stop, _ in sorted(closed, key=lambda pair: pair[1].at)]
            done[each.vehicle_id] = Done((start, *in_order), load_l)
    return done


def _round_id(day: Day, vehicle_id: str, version: int) -> UUID:
    return uuid5(NAMES, f"{day.council}/{day.service_date}/{vehicle_id}/{version}")


def _head(
    day: Day, made: Round, stops: list[PlannedStop], version: int, planned_by: str, settings: dict[str, Any]
) -> PlannedRound:
    done = day.done.get(made.vehicle_id)
    behind = done.stops if done else ()
    return PlannedRound(
        round_id=_round_id(day, made.vehicle_id, version),
        council=day.council,
        service_date=day.service_date,
        vehicle_id=made.vehicle_id,
        vehicle_name=next(each.name for each in day.vehicles if each.vehicle_id == made.vehicle_id),
        version=version,
        planned_at=day.at,
        planned_by=planned_by,
        starts_at=behind[0].eta if behind else stops[0].eta,
        ends_at=stops[-1].eta,
        drive_s=sum(stop.leg_s for stop in (*behind, *stops)),
        distance_m=sum(stop.leg_m for stop in (*behind, *stops)),
        settings=settings,
        superseded_at=None,
    )


def _stops(day: Day, problem: Problem, needs: Mapping[str, Need], made: Round, version: int) -> list[PlannedStop]:
    """The stops to keep. A vehicle that is on its round keeps its old start, and the new one is only where it stands now."""
    legs: list[Leg | None] = [None, *day.placed.legs([stop.point for stop in made.stops])]
    done = day.done.get(made.vehicle_id)
    first = len(done.stops) if done else 0
    pairs = list(zip(made.stops, legs, strict=True))[1 if done else 0 :]
    round_id = _round_id(day, made.vehicle_id, version)
    return [_stop(day, problem, needs, stop, leg, round_id, first + k) for k, (stop, leg) in enumerate(pairs)]


def _stop(
    day: Day, problem: Problem, needs: Mapping[str, Need], stop: Stop, leg: Leg | None, round_id: UUID, position: int
) -> PlannedStop:
    bins, bases = {each.bin_id: each for each in day.bins}, {each.base_id: each for each in day.tips}
    place = bins[stop.ref] if stop.kind == "bin" else bases.get(stop.ref, day.depot)
    candidate = next((each for each in problem.candidates if stop.kind == "bin" and each.bin_id == stop.ref), None)
    window_s = candidate.window_s if candidate else None
    return PlannedStop(
        stop_id=uuid5(round_id, str(position)),
        round_id=round_id,
        position=position,
        kind=stop.kind,
        bin_id=stop.ref if stop.kind == "bin" else None,
        base_id=None if stop.kind == "bin" else bases.get(stop.ref, day.depot).base_id,
        name=place.name,
        lat=place.lat,
        lon=place.lon,
        eta=day.time(stop.arrive_s),
        leg_s=stop.leg_s,
        leg_m=stop.leg_m,
        leg_line=[[round(lon, 6), round(lat, 6)] for lat, lon in leg.line] if leg else [],
        leg_streets=list(leg.streets) if leg else [],
        service_s=stop.leave_s - stop.begin_s,
        window_from=day.time(window_s[0]) if window_s else None,
        window_until=day.time(window_s[1]) if window_s else None,
        expected_load_l=candidate.load_l if candidate else None,
        why=needs[stop.ref].why if stop.kind == "bin" else stop.kind,
        why_detail=figures_of(bins[stop.ref], needs[stop.ref]) if stop.kind == "bin" else {},
    )
