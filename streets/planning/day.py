"""A council's day as a planning problem: its bins, bases and vehicles set on its streets, and times as seconds after midnight."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from streets.network.placed import Placed
from streets.reasons import ReasonedError
from streets.rounds.demand import Need, need
from streets.rounds.orders import Ordered
from streets.rounds.problem import Break, Tip, Van, Window
from streets.store.rounds import Base, PlannedStop, ReachableBin, Vehicle

LONDON = ZoneInfo("Europe/London")

# Assumptions: a crew's pace on foot where no street leads to the bin; half an hour's break in a
# shift of more than six hours, begun between its third hour and half past the fifth.
WALKING_M_PER_S = 1.2
KERB_M = 10.0
BREAK_S, BREAK_AFTER_S = 1_800, 6 * 3600
BREAK_FROM_S, BREAK_UNTIL_S = 3 * 3600, 11 * 1800

# Residual waste in a container weighs 0.2 t/m3, glass 0.3, by WRAP's bulk densities as the government pays councils by them
# (gov.uk, "EPR for packaging: how local authority payments are calculated", annex C, 14 July 2025).
LITTER_KG_PER_L = 0.2
DAY_S = 86_400


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


def _emptied_on(bin_: ReachableBin) -> date | None:
    """The local date on which it was emptied last, or will have been by a round of a day before."""
    moment = bin_.visit_before or bin_.last_emptied_at
    return None if moment is None else moment.astimezone(LONDON).date()
