"""A council's day as a planning problem: its bins, bases and vehicles set on its streets, and times as seconds after midnight."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from streets.network.extract import LatLon
from streets.network.placed import Placed
from streets.planning.orders import ordered_of_day
from streets.planning.overtime import with_overtime
from streets.reasons import ReasonedError
from streets.rounds.demand import Need, need
from streets.rounds.dial import SERVICE_S
from streets.rounds.orders import Ordered
from streets.rounds.problem import OUT_OF_REACH_S, Break, Candidate, Prices, Problem, Tip, Van, Ways, Window
from streets.routing.ways import placed_on_streets
from streets.settings import osrm_url_of
from streets.store import rounds, stop_events
from streets.store.database import Connection
from streets.store.rounds import Base, NotToday, PlannedStop, ReachableBin, Vehicle

LONDON = ZoneInfo("Europe/London")

# Assumptions: a crew's pace on foot where no street leads to the bin; half an hour's break in a
# shift of more than six hours, begun between its third hour and half past the fifth; and a bin of which nothing is known but that
# its visit is due is taken as nearly sure to overflow, as its load is taken as full: it outranks none that is known to be full.
WALKING_M_PER_S = 1.2
KERB_M = 10.0
BREAK_S, BREAK_AFTER_S = 1_800, 6 * 3600
BREAK_FROM_S, BREAK_UNTIL_S = 3 * 3600, 11 * 1800
DUE_OVERFLOW = 0.9

# Residual waste in a container weighs 0.2 t/m3, glass 0.3, by WRAP's bulk densities as the government pays councils by them
# (gov.uk, "EPR for packaging: how local authority payments are calculated", annex C, 14 July 2025).
LITTER_KG_PER_L = 0.2
DAY_S = 86_400
SEEN_WITHIN = timedelta(days=3)
"""So long a crew's word that a bin overflows holds for planning, where nobody is known to have emptied it since."""


class CannotPlanError(ReasonedError):
    """A council's day cannot be planned; the message says what is missing."""


def shifts_over(service_date: date) -> CannotPlanError:
    """That nobody works any more on a day."""
    return CannotPlanError("shifts_over", f"the shifts of {service_date} are over", day=service_date.isoformat())


@dataclass(frozen=True, slots=True)
class Done:
    """What a vehicle has behind it: the stops that stay in place, its start first, and the litres aboard."""

    stops: tuple[PlannedStop, ...]
    load_l: float

    @property
    def rested(self) -> bool:
        """Whether its crew has had the break."""
        return any(stop.kind == "break" for stop in self.stops)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What is known for planning. Points are numbered depot, tips, vehicles' places, bins.

    `bin_s` are the seconds of work at a bin. Of each vehicle `placed` has the points on the streets where it fits; those of one
    size share them.
    """

    council: str
    service_date: date
    at: datetime
    depot: Base
    tips: tuple[Base, ...]
    vehicles: tuple[Vehicle, ...]
    bins: tuple[ReachableBin, ...]
    done: Mapping[str, Done]
    ordered: Mapping[str, Ordered]
    overflowing: frozenset[str] = frozenset()
    bin_s: int
    placed: tuple[Placed, ...]

    @property
    def midnight(self) -> datetime:
        """The local midnight that begins the day, as a time in UTC."""
        return datetime.combine(self.service_date, time(), LONDON).astimezone(UTC)

    def seconds(self, local: time) -> int:
        """A local time of the day as seconds after midnight; 86,400 or so at most, also on days with a clock change."""
        return int((datetime.combine(self.service_date, local, LONDON).astimezone(UTC) - self.midnight).total_seconds())

    @property
    def networks(self) -> list[Placed]:
        """The points on the streets of each size of vehicle, as Van.network numbers them."""
        return [one for k, one in enumerate(self.placed) if not any(one is other for other in self.placed[:k])]

    def time(self, seconds: int) -> datetime:
        """The moment so many seconds after midnight."""
        return self.midnight + timedelta(seconds=seconds)

    def bin(self, bin_id: str) -> ReachableBin:
        """The bin of that id."""
        return next(each for each in self.bins if each.bin_id == bin_id)

    def base(self, base_id: str) -> Base:
        """The tip of that id, or the depot, where a vehicle starts and ends."""
        return next((each for each in self.tips if each.base_id == base_id), self.depot)

    def van(self, index: int) -> Van:
        """A vehicle as it stands: leaving the depot once made ready, or on its round now, with the break it has yet to take."""
        vehicle = self.vehicles[index]
        from_s, until_s = self.seconds(vehicle.shift_from), self.seconds(vehicle.shift_until)
        now_s = int((self.at - self.midnight).total_seconds())
        done = self.done.get(vehicle.vehicle_id)
        begins_s = max(from_s, now_s) + (0 if done else self.depot.service_s)
        rest = self._rest(vehicle)
        rests = rest.duration_s > 0 and begins_s <= rest.until_s and not (done and done.rested)
        return Van(
            vehicle_id=vehicle.vehicle_id,
            point=1 + len(self.tips) + index,
            capacity_l=vehicle.capacity_l,
            capacity_kg=vehicle.capacity_kg,
            from_s=begins_s,
            until_s=until_s,
            breaks=(rest,) if rests else (),
            load_l=done.load_l if done else 0.0,
            load_kg=self._aboard_kg(vehicle, done.load_l) if done else 0.0,
            under_way=done is not None,
            network=next(k for k, one in enumerate(self.networks) if one is self.placed[index]),
        )

    def _rest(self, vehicle: Vehicle) -> Break:
        """The crew's break, of no length where none is planned."""
        from_s, until_s = self.seconds(vehicle.shift_from), self.seconds(vehicle.shift_until)
        usual_s = BREAK_S if until_s - from_s > BREAK_AFTER_S else 0
        return Break(
            from_s + BREAK_FROM_S if vehicle.break_from is None else self.seconds(vehicle.break_from),
            from_s + BREAK_UNTIL_S if vehicle.break_until is None else self.seconds(vehicle.break_until),
            usual_s if vehicle.break_min is None else vehicle.break_min * 60,
        )

    @staticmethod
    def _aboard_kg(vehicle: Vehicle, load_l: float) -> float:
        """What a load weighs whose bins are not known one by one: as mixed litter, and no more than the vehicle may carry."""
        kilograms = load_l * LITTER_KG_PER_L
        return kilograms if vehicle.capacity_kg is None else min(kilograms, vehicle.capacity_kg)

    def tip(self, index: int) -> Tip:
        """A tip; a vehicle must be through with tipping when it closes."""
        base = self.tips[index]
        opens_s = 0 if base.open_from is None else self.seconds(base.open_from)
        shuts_s = DAY_S if base.open_until is None else self.seconds(base.open_until)
        all_day = base.open_from is None and base.open_until is None
        windows_s = () if all_day else ((opens_s, max(opens_s, shuts_s - base.service_s)),)
        return Tip(base_id=base.base_id, point=1 + index, service_s=base.service_s, windows_s=windows_s)

    def point(self, bin_index: int) -> int:
        """The point of a bin."""
        return 1 + len(self.tips) + len(self.vehicles) + bin_index

    def place(self, point: int) -> Base | ReachableBin | PlannedStop:
        """What stands at a point: a base, a bin, or the last stop behind a vehicle on its round."""
        bases, vehicles = (self.depot, *self.tips), self.vehicles
        if point < len(bases):
            return bases[point]
        if point < len(bases) + len(vehicles):
            done = self.done.get(vehicles[point - len(bases)].vehicle_id)
            return done.stops[-1] if done else self.depot
        return self.bins[point - len(bases) - len(vehicles)]

    def needs(self) -> dict[str, Need]:
        """What each bin needs of a visit in the middle of the day's work."""
        vans = [self.van(index) for index in range(len(self.vehicles))]
        visit_at = self.time((min(van.from_s for van in vans) + max(van.until_s for van in vans)) // 2)
        needs = {each.bin_id: need(each, self.service_date, _emptied_on(each), visit_at, self.at) for each in self.bins}
        needs |= {
            each.bin_id: needs[each.bin_id].as_seen_overflowing(each.capacity_l)
            for each in self.bins
            if each.bin_id in self.overflowing and each.visit_before is None
        }
        return {bin_id: each.as_ordered(self.ordered.get(bin_id)) for bin_id, each in needs.items()}

    def windows_s(self, index: int, service_s: int) -> tuple[Window, ...]:
        """When the work at a bin may begin: in the hours of the bin and of its street, and early enough to end in them.

        Where vehicles of different sizes stand in different streets, any of them must be able to.
        """
        bin_, point = self.bins[index], self.point(index)
        told = [hours for one in self.networks if one.reachable(point) and (hours := one.hours[point])]
        if bin_.reach_from is None and bin_.reach_until is None and not told:
            return ()
        starts = [0, *(hours[0] for hours in told), self.seconds(bin_.reach_from) if bin_.reach_from else 0]
        ends = [DAY_S, *(hours[1] for hours in told), self.seconds(bin_.reach_until) if bin_.reach_until else DAY_S]
        return ((max(starts), min(ends) - service_s),)

    def service_s(self, index: int) -> int:
        """Seconds of work at a bin, with the walk from the kerb and back where it stands off the street; the longest of any."""
        point = self.point(index)
        off_m = max((one.off_m[point] for one in self.networks if one.reachable(point)), default=0.0)
        walk_m = 2 * max(0.0, off_m - KERB_M)
        return self.bin_s + round(walk_m / WALKING_M_PER_S)


def read_day(
    conn: Connection, council: str, service_date: date, at: datetime, done: Mapping[str, Done], bin_s: int = SERVICE_S
) -> Day:
    """Read a day from the store. Raises CannotPlanError where planning lacks something, StreetsError on bad streets."""
    bases, vehicles, bins = (
        rounds.bases(conn, council),
        rounds.vehicles(conn, council),
        rounds.bins(conn, council, service_date, at),
    )
    depots, tips = [base for base in bases if base.kind == "depot"], [base for base in bases if base.kind == "tip"]
    extract = rounds.street_extract(conn, council)
    if not depots or not tips or not vehicles or extract is None:
        lacks = {"depot": depots, "tip": tips, "vehicle": vehicles, "streets": extract}
        missing = [name for name, found in lacks.items() if not found]
        named = ", ".join(name if name == "streets" else f"a {name}" for name in missing)
        what = f"{council} lacks {named}: import bases, vehicles and streets first"
        raise CannotPlanError("lacks", what, missing=missing)
    for vehicle in vehicles:
        if vehicle.shift_until <= vehicle.shift_from:
            begins, ends = f"{vehicle.shift_from:%H:%M}", f"{vehicle.shift_until:%H:%M}"
            what = f"the shift of {vehicle.name} ends at {ends}, before it begins at {begins}"
            what += ": a shift that passes midnight cannot be planned"
            raise CannotPlanError("shift_past_midnight", what, vehicle=vehicle.name, begins=begins, ends=ends)
    places: list[Base | PlannedStop] = [
        done[each.vehicle_id].stops[-1] if each.vehicle_id in done else depots[0] for each in vehicles
    ]
    staying, points = _spots(depots[0], *tips, *bins), _spots(depots[0], *tips, *places, *bins)
    by_size = {
        size: placed_on_streets(conn, council, extract, osrm_url_of(), points, staying, at, size)
        for size in dict.fromkeys(each.size for each in vehicles)
    }
    placed = tuple(by_size[each.size] for each in vehicles)
    _reached(placed, depots[0], tips, places)
    return Day(
        council=council,
        service_date=service_date,
        at=at,
        depot=depots[0],
        tips=tuple(tips),
        vehicles=tuple(vehicles),
        bins=tuple(bins),
        done=done,
        ordered=ordered_of_day(conn, council, service_date, at, bins),
        overflowing=stop_events.seen_overflowing(conn, council, service_date - SEEN_WITHIN),
        bin_s=bin_s,
        placed=placed,
    )


def _reached(placed: Sequence[Placed], depot: Base, tips: Sequence[Base], places: Sequence[Base | PlannedStop]) -> None:
    """Raise CannotPlanError where a vehicle cannot come home, leave where it stands or tip, or a tip is out of reach of all."""
    first = 1 + len(tips)
    shut: list[Base | PlannedStop] = [depot for one in placed if not one.reachable(0)]
    shut += [each for point, each in enumerate(tips, 1) if not any(one.reachable(point) for one in placed)]
    shut += [each for k, each in enumerate(places) if not placed[k].reachable(first + k)]
    shut += [tips[0] for one in placed if not any(one.reachable(point) for point in range(1, first))]
    if shut:
        what = f"no street that a vehicle can reach and leave is near {shut[0].name}"
        raise CannotPlanError("no_street_near", what, place=shut[0].name)


def _spots(*places: Base | PlannedStop | ReachableBin) -> list[LatLon]:
    return [(each.lat, each.lon) for each in places]


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


def _emptied_on(bin_: ReachableBin) -> date | None:
    """The local date on which it was emptied last, or will have been by a round of a day before."""
    moment = bin_.visit_before or bin_.last_emptied_at
    return None if moment is None else moment.astimezone(LONDON).date()
