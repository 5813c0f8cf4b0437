"""Plan a council's rounds: what each bin needs → which stops in which order → checked → kept.

The three steps stand apart, so that nothing of the database is held while a plan is searched.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from streets.network.streets import StreetsError
from streets.planning.day import LONDON, CannotPlanError, Day, Done, shifts_over
from streets.planning.offered import not_today, problem_of
from streets.planning.reading import read_day
from streets.planning.version import Version
from streets.reasons import ReasonedError
from streets.rounds.aboard import Closed, litres_aboard
from streets.rounds.check import PlanFaultError, verified
from streets.rounds.demand import Need
from streets.rounds.outcome import Told, by_stop, closing, with_old_tips
from streets.rounds.plan import NoPlanError, plan
from streets.rounds.problem import Plan, Prices, Problem, Round
from streets.rounds.watch import Watch
from streets.store import planning_settings, rounds, stop_events, vehicle_loads
from streets.store.database import Connection
from streets.store.rounds import NotToday, PlannedRound, PlannedStop

CLOCK = "clock"
REPLANS_AT = time(4)
"""When the clock plans again what it planned before, by the local clock of the day itself."""
AHEAD_AT_MOST = timedelta(days=31)
# The search ends before its time when it finds nothing better any more. Moves to compare grow with the square of the bins:
# 300 get 7 s, 2,000 get 80 s.
SEARCH_AT_LEAST_S, BINS_OF_A_SECOND_MORE = 5.0, 230


class OvertakenError(ReasonedError):
    """Somebody else planned the day while this plan was searched; theirs stands."""


REFUSALS = (CannotPlanError, NoPlanError, OvertakenError, PlanFaultError, StreetsError)


@dataclass(frozen=True, slots=True)
class Planned:
    """The rounds in force after planning. `is_new` is False where a plan stood already and was kept."""

    rounds: tuple[PlannedRound, ...]
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DayToPlan:
    """A day read for planning: what each bin needs, at which prices, and the plan that stood, as the number of its version."""

    day: Day
    needs: Mapping[str, Need]
    prices: Prices
    problem: Problem
    left: tuple[NotToday, ...]
    standing: int

    def at(self, prices: Prices) -> "DayToPlan":
        """The same day at other prices."""
        problem, left = problem_of(self.day, self.needs, prices)
        return DayToPlan(day=self.day, needs=self.needs, prices=prices, problem=problem, left=tuple(left), standing=self.standing)

    @property
    def budget_s(self) -> float:
        """How long to search for the best plan, at most."""
        return SEARCH_AT_LEAST_S + (len(self.problem.candidates) / BINS_OF_A_SECOND_MORE) ** 2


def day_to_plan(
    conn: Connection, council: str, service_date: date, at: datetime, pence_per_overflow: float | None = None
) -> DayToPlan:
    """Read a day for planning, at the council's own prices, or with another price of an overflow. Raises one of REFUSALS."""
    today = at.astimezone(LONDON).date()
    if service_date - today > AHEAD_AT_MOST:
        what = f"{service_date} is too far ahead: rounds are planned {AHEAD_AT_MOST.days} days ahead at most"
        raise CannotPlanError("too_far_ahead", what, day=service_date.isoformat(), days=AHEAD_AT_MOST.days)
    if service_date < today:
        raise shifts_over(service_date)
    before = tuple(rounds.of_day(conn, council, service_date))
    setting = planning_settings.of_day(conn, council, service_date)
    day = read_day(conn, council, service_date, at, _done(conn, council, before, at), setting.service_s)
    needs, prices = day.needs(), setting.prices
    if pence_per_overflow is not None:
        prices = replace(prices, pence_per_overflow=pence_per_overflow)
    problem, left = problem_of(day, needs, prices)
    return DayToPlan(day=day, needs=needs, prices=prices, problem=problem, left=tuple(left), standing=_newest(before))


def searched(read: DayToPlan, seed: int = 0, budget_s: float | None = None, watch: Watch | None = None) -> Plan:
    """The best plan found in the time there is, checked. Raises one of REFUSALS, or PlanCancelledError where `watch` says no."""
    return verified(read.problem, plan(read.problem, seed, budget_s or read.budget_s, watch))


def keep(conn: Connection, read: DayToPlan, made: Plan, planned_by: str, search: Mapping[str, Any]) -> Planned:
    """Put a plan into force; `search` says how it was found. Raises OvertakenError where another was, since the day was read."""
    day = read.day
    rounds.lock(conn, day.council, day.service_date)
    before = rounds.of_day(conn, day.council, day.service_date)
    if _newest(before) != read.standing:
        raise OvertakenError("overtaken", "Somebody else planned the day while this plan was searched; theirs stands.")
    version = Version(
        day=day,
        needs=read.needs,
        candidates={each.bin_id: each for each in read.problem.candidates},
        number=read.standing + 1,
        planned_by=planned_by,
        settings={"prices": asdict(read.prices), "service_s": day.bin_s, **_ahead(day), **search},
    )
    rounds.supersede(conn, day.council, day.service_date, [each.vehicle_id for each in before], day.at)
    for each in _with_those_home(made.rounds, day.done):
        planned, stops = version.kept(each)
        rounds.keep(conn, planned, stops, version.kept_in_place(each.vehicle_id))
    in_force = tuple(rounds.of_day(conn, day.council, day.service_date))
    rounds.keep_left_out(conn, in_force[0].round_id, [*read.left, *_left_by(read, made)])
    return Planned(in_force, is_new=True)


def _ahead(day: Day) -> dict[str, str]:
    """Of a day to come when its bins were last forecast, if any was."""
    told = [each.computed_at for each in day.bins if each.computed_at is not None]
    is_ahead = day.service_date > day.at.astimezone(LONDON).date()
    return {"forecast_at": max(told).isoformat()} if is_ahead and told else {}


def _newest(before: "tuple[PlannedRound, ...] | list[PlannedRound]") -> int:
    return max((each.version for each in before), default=0)


def _left_by(read: DayToPlan, made: Plan) -> list[NotToday]:
    """The candidates that the plan leaves out, with what a visit would cost and save."""
    return [
        not_today(
            read.day.bin(each.bin_id),
            each.why,
            read.needs[each.bin_id],
            detour_pence=each.detour_pence,
            worth_pence=round(each.worth_pence, 1),
        )
        for each in made.left_out
    ]


def _done(conn: Connection, council: str, before: tuple[PlannedRound, ...], at: datetime) -> dict[str, Done]:
    """What each vehicle has behind it: its start, the stops that the crew closed, and what it has aboard.

    Of breaks nothing is told: a crew at work has had the break whose planned time is over.
    """
    if not before:
        return {}
    service_date = before[0].service_date
    told, loads = by_stop(stop_events.of_day(conn, council, service_date)), vehicle_loads.of_day(conn, council, service_date)
    capacity_l = {each.vehicle_id: each.capacity_l for each in rounds.vehicles(conn, council)}
    holds_l, old_tips = vehicle_loads.bin_capacities_l(conn, council), stop_events.old_tips(conn, council, service_date)
    done: dict[str, Done] = {}
    for each in before:
        start, *others = rounds.stops(conn, each.round_id)
        elsewhere = old_tips.get(each.vehicle_id, [])
        known = with_old_tips([(stop.told_of, stop.kind == "tip") for stop in others if stop.is_work], told, elsewhere)
        ends = [(stop, end) for stop in others if (end := closing(known.get(stop.told_of, [])))]
        closed = [Closed(end.at, _has_tipped(stop, end), _taken_l(stop, end, holds_l)) for stop, end in ends]
        closed += _tipped_before(elsewhere, told)
        load = loads.get(each.vehicle_id)
        if ends or load:
            rests = [(stop.eta, stop) for stop in others if _is_over(stop, at)]
            in_order = sorted([*rests, *((end.at, stop) for stop, end in ends)], key=lambda pair: pair[0])
            done[each.vehicle_id] = Done(
                (start, *(stop for _, stop in in_order)), litres_aboard(closed, load, capacity_l[each.vehicle_id])
            )
    return done


def _has_tipped(stop: PlannedStop, end: Told) -> bool:
    return stop.kind == "tip" and end.event == "emptied"


def _tipped_before(tips: Sequence[UUID], told: Mapping[object, list[Told]]) -> list[Closed]:
    """The times at which a vehicle emptied itself at tips of older plans, which a phone without signal still had."""
    ends = [closing(told.get(stop_id, [])) for stop_id in tips]
    return [Closed(end.at, tipped=True, litres=0.0) for end in ends if end and end.event == "emptied"]


def _taken_l(stop: PlannedStop, end: Told, holds_l: Mapping[str, float]) -> float:
    """Litres that went aboard at a stop: by the fill that the crew saw, else as many as were expected."""
    if end.event != "emptied" or stop.bin_id is None:
        return 0.0
    if end.observed_fill is not None:
        return holds_l[stop.bin_id] * end.observed_fill / 100
    return stop.expected_load_l or 0.0


def _is_over(stop: PlannedStop, at: datetime) -> bool:
    return stop.kind == "break" and stop.eta + timedelta(seconds=stop.service_s) <= at


def _with_those_home(made: tuple[Round, ...], done: Mapping[str, Done]) -> list[Round]:
    """The rounds made, and for each vehicle whose shift is over one without new stops, so that what it has done is kept."""
    working = {each.vehicle_id for each in made}
    return [*made, *(Round(vehicle_id, ()) for vehicle_id in done if vehicle_id not in working)]
