"""Plan a council's rounds: what each bin needs → which stops in which order → checked → kept."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from streets.planning.day import CannotPlanError, Done, not_today, problem_of, read_day
from streets.planning.version import Version
from streets.rounds.aboard import Closed, litres_aboard
from streets.rounds.check import PlanFaultError, verified
from streets.rounds.outcome import by_stop, closing
from streets.rounds.plan import NoPlanError, plan
from streets.rounds.problem import Prices, Round
from streets.rounds.streets import StreetsError
from streets.store import rounds, stop_events, vehicle_loads
from streets.store.database import Connection
from streets.store.rounds import PlannedRound

CLOCK = "clock"
AHEAD_AT_MOST = timedelta(days=31)
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
    asked_because: str | None = None,
    prices: Prices | None = None,
    seed: int = 0,
    budget_s: float = 5.0,
) -> Planned:
    """Plan a day's rounds, or return those in force; with `again` make a new version, in which done stops stay in place.

    Raises one of REFUSALS, and keeps nothing, where the council lacks what planning needs or no plan that holds was found.
    """
    if service_date - at.date() > AHEAD_AT_MOST:
        raise CannotPlanError(f"{service_date} is too far ahead: rounds are planned {AHEAD_AT_MOST.days} days ahead at most")
    rounds.lock(conn, council, service_date)
    before = tuple(rounds.of_day(conn, council, service_date))
    if before and not again:
        return Planned(before, is_new=False)
    prices = prices or Prices()
    day = read_day(conn, council, service_date, at, _done(conn, council, before))
    needs = day.needs()
    problem, left = problem_of(day, needs, prices)
    made = verified(problem, plan(problem, seed, budget_s))
    left += [
        not_today(
            day.bin(each.bin_id), each.why, needs[each.bin_id], detour_pence=each.detour_pence, worth_pence=each.worth_pence
        )
        for each in made.left_out
    ]
    version = Version(
        day=day,
        needs=needs,
        candidates={each.bin_id: each for each in problem.candidates},
        number=1 + max((each.version for each in before), default=0),
        planned_by=planned_by,
        settings={"prices": asdict(prices), "seed": seed, "budget_s": budget_s, "asked_because": asked_because},
    )
    rounds.supersede(conn, council, service_date, [each.vehicle_id for each in before], at)
    for each in _with_those_home(made.rounds, day.done):
        planned, stops = version.kept(each)
        rounds.keep(conn, planned, stops, version.kept_in_place(each.vehicle_id))
    in_force = tuple(rounds.of_day(conn, council, service_date))
    rounds.keep_left_out(conn, in_force[0].round_id, left)
    return Planned(in_force, is_new=True)


def _done(conn: Connection, council: str, before: tuple[PlannedRound, ...]) -> dict[str, Done]:
    """What each vehicle has behind it: its start, the stops that the crew closed, and what it has aboard."""
    if not before:
        return {}
    service_date = before[0].service_date
    told, loads = by_stop(stop_events.of_day(conn, council, service_date)), vehicle_loads.of_day(conn, council, service_date)
    capacity_l = {each.vehicle_id: each.capacity_l for each in rounds.vehicles(conn, council)}
    done: dict[str, Done] = {}
    for each in before:
        start, *others = rounds.stops(conn, each.round_id)
        ends = [(stop, end) for stop in others if (end := closing(told.get(stop.bin_id or stop.stop_id, [])))]
        closed = [
            Closed(end.at, stop.kind == "tip", (stop.expected_load_l or 0.0) * (end.event == "emptied")) for stop, end in ends
        ]
        load = loads.get(each.vehicle_id)
        if ends or load:
            in_order = [stop for stop, _ in sorted(ends, key=lambda pair: pair[1].at)]
            done[each.vehicle_id] = Done((start, *in_order), litres_aboard(closed, load, capacity_l[each.vehicle_id]))
    return done


def _with_those_home(made: tuple[Round, ...], done: Mapping[str, Done]) -> list[Round]:
    """The rounds made, and for each vehicle whose shift is over one without new stops, so that what it has done is kept."""
    working = {each.vehicle_id for each in made}
    return [*made, *(Round(vehicle_id, ()) for vehicle_id in done if vehicle_id not in working)]
