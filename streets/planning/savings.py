"""Close a day of the savings ledger: its rounds beside those that the schedule would have needed, on the same streets."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from streets.planning.day import LONDON
from streets.planning.offered import problem_of
from streets.planning.reading import read_day
from streets.planning.rounds import REFUSALS
from streets.rounds.assumptions import PROVENANCE, Assumptions
from streets.rounds.check import verified
from streets.rounds.demand import Need
from streets.rounds.dial import SERVICE_S
from streets.rounds.outcome import Told, by_stop, closing, standing
from streets.rounds.plan import plan
from streets.rounds.problem import Prices, Round
from streets.rounds.savings import BinDay, RoundTold, Work, counts, state_of
from streets.rounds.schedule import Schedule
from streets.store import rounds, savings, stop_events
from streets.store.database import Connection
from streets.store.rounds import NotToday, PlannedRound, PlannedStop
from streets.store.savings import BinSeen, DayClosed

TAPS_ARE_AWAITED = timedelta(days=1)
"""After the day's end, before it is closed: a phone without signal tells its taps when it is back."""

SEARCH_S = 10.0
"""Twice what rounds are given by default: a schedule's rounds that are badly ordered would look like a saving."""

SOFTWARE = "software"


def closes_at(service_date: date) -> datetime:
    """From when on a day may be closed."""
    return _midnight(service_date + timedelta(days=1)) + TAPS_ARE_AWAITED


def close_day(conn: Connection, council: str, service_date: date, at: datetime, budget_s: float = SEARCH_S) -> str:
    """Close a council's day and return its state; `budget_s` bounds the search for the schedule's rounds.

    With a council's first day the assumptions of the software are kept, so that no later version of it changes them.
    """
    if not savings.assumptions(conn, council):
        savings.assume(conn, council, service_date.replace(day=1), Assumptions(), SOFTWARE, at, PROVENANCE)
    planned = rounds.of_day(conn, council, service_date)
    stops = {each.round_id: rounds.stops(conn, each.round_id) for each in planned}
    told = by_stop(stop_events.of_day(conn, council, service_date))
    state = state_of(_told_of(of_round, told) for of_round in stops.values())
    every = [stop for of_round in stops.values() for stop in of_round]
    bins = _bin_days(conn, council, service_date, every, told)
    scheduled: dict[str, Work] = {}
    schedule_home: Work | None = None
    why: str | None = None
    if state == "counted":
        credited = {one.bin_id for one in bins if counts(one, service_date)}
        try:
            scheduled, schedule_home = _on_schedule(conn, planned[0], credited, every, budget_s)
        except REFUSALS as error:
            state, why = "not_routed", str(error)
    starts_at, ends_at = _midnight(service_date), _midnight(service_date + timedelta(days=1))
    savings.close(
        conn,
        DayClosed(
            council=council,
            service_date=service_date,
            state=state,
            why=why,
            closed_at=at,
            sensors=savings.sensors(conn, council, starts_at, ends_at),
            bins=bins,
            scheduled=scheduled,
            planned_home=_home_of(every) if state == "counted" else None,
            schedule_home=schedule_home,
        ),
    )
    return state


def _midnight(local: date) -> datetime:
    return datetime.combine(local, time(), LONDON).astimezone(UTC)


def _told_of(stops: Iterable[PlannedStop], told: Mapping[object, list[Told]]) -> RoundTold:
    bins = [stop for stop in stops if stop.kind == "bin"]
    return RoundTold(len(bins), sum(closing(told.get(stop.bin_id, [])) is not None for stop in bins))


def _bin_days(
    conn: Connection, council: str, service_date: date, stops: Iterable[PlannedStop], told: Mapping[object, list[Told]]
) -> list[BinDay]:
    starts_at, ends_at = _midnight(service_date), _midnight(service_date + timedelta(days=1))
    seen = savings.bins(conn, council, service_date, starts_at, ends_at)
    on_round = {stop.bin_id: stop for stop in stops if stop.bin_id is not None}
    left = {each.bin_id: each for each in rounds.left_out(conn, council, service_date)}
    return [_bin_day(one, service_date, on_round.get(one.bin_id), left.get(one.bin_id), told.get(one.bin_id, [])) for one in seen]


def _bin_day(one: BinSeen, day: date, stop: PlannedStop | None, left: NotToday | None, told: list[Told]) -> BinDay:
    looked_at = stop or left
    closed = closing(told)
    return BinDay(
        bin_id=one.bin_id,
        ward_code=one.ward_code,
        schedule=_schedule(one, day, looked_at.why_detail if looked_at else {}),
        work=Work(stop.leg_m, stop.leg_s + stop.service_s) if stop else None,
        why=stop.why if stop else _why_left(left),
        told=closed.event if closed else None,
        told_overflowing=any(event.event == "overflowing" for event in standing(told)),
        emptied_off_round_on=one.emptied_off_round_on,
        overflowed=one.overflowed,
    )


def _schedule(one: BinSeen, day: date, detail: Mapping[str, Any]) -> Schedule:
    """The bin's schedule on a day, as it was when the day was planned, counted on from the day before."""
    every_days = float(detail.get("visit_every_days", one.visit_every_days))
    if one.counted_from is None or one.counted_every_days is None:
        return Schedule(every_days, day)
    return Schedule(one.counted_every_days, one.counted_from).changed(every_days, day)


def _why_left(left: NotToday | None) -> str | None:
    """Why it was left out, as savings_bin_day.why has it: what was not measured is no saving, whatever its history said."""
    if left is None:
        return None
    if "overflow" not in left.why_detail:
        return f"scheduled_{left.why}"
    return left.why if "fill_pct" in left.why_detail else f"history_{left.why}"


def _home_of(stops: Iterable[PlannedStop]) -> Work:
    """The rounds' way to tips and home, and the work at tips."""
    bases = [stop for stop in stops if stop.kind not in ("bin", "break")]
    return Work(sum(stop.leg_m for stop in bases), sum(stop.leg_s + stop.service_s for stop in bases))


def _on_schedule(
    conn: Connection, like: PlannedRound, credited: set[str], stops: Iterable[PlannedStop], budget_s: float
) -> tuple[dict[str, Work], Work]:
    """The work of visiting these bins on that day with the whole fleet and the day's prices; bins that do not fit are left out.

    In the long run a schedule collects the same rubbish: here the load of the day's rounds, in equal parts, and no bin more than
    full. Raises one of REFUSALS where such rounds cannot be made.
    """
    prices = _prices(like)
    bin_s = like.settings.get("service_s", SERVICE_S)
    day = read_day(conn, like.council, like.service_date, _midnight(like.service_date), {}, bin_s)
    share_l = sum(stop.expected_load_l or 0.0 for stop in stops) / max(1, len(credited))
    needs = {
        one.bin_id: Need(wanted=one.bin_id in credited, why="scheduled", overflow=None, load_l=min(one.capacity_l, share_l))
        for one in day.bins
    }
    problem, _ = problem_of(day, needs, prices)
    problem = replace(problem, candidates=tuple(replace(each, must=True) for each in problem.candidates))
    made = verified(problem, plan(problem, 0, budget_s)).rounds
    return _work_at_bins(made), _work_at_bases(made)


def _prices(like: PlannedRound) -> Prices:
    """The prices a round was planned with; what older versions of planning priced besides is passed over."""
    kept = like.settings.get("prices", {})
    return Prices(**{each.name: kept[each.name] for each in fields(Prices) if each.name in kept})


def _work_at_bins(made: Iterable[Round]) -> dict[str, Work]:
    stops = [stop for each in made for stop in each.stops if stop.kind == "bin"]
    return {stop.ref: Work(stop.leg_m, stop.leg_s + stop.leave_s - stop.begin_s) for stop in stops}


def _work_at_bases(made: Iterable[Round]) -> Work:
    stops = [stop for each in made for stop in each.stops if stop.kind not in ("bin", "break")]
    return Work(sum(stop.leg_m for stop in stops), sum(stop.leg_s + stop.leave_s - stop.begin_s for stop in stops))
