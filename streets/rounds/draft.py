"""A day's rounds while they are made: each vehicle's visits, and where among them one more bin costs least."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf

from streets.rounds.figures import Figures
from streets.rounds.rests import opening
from streets.rounds.timetable import Timetable, latest_s, timetable

NO_SPACE = -1.0


@dataclass(slots=True)
class Course:
    """One vehicle's visits with their timetable, and what each gap between two stops could still take.

    `aboard` is the load as the vehicle comes into the gap, `free` what the trip of the gap has to spare (nothing after the last
    tip), `leave_s` when it can leave for the gap, `latest_s` when it must be at the stop after it.
    """

    visits: list[int]
    table: Timetable
    aboard_l: list[float]
    aboard_kg: list[float]
    free_l: list[float]
    free_kg: list[float]
    leave_s: list[int]
    latest_s: list[int]


@dataclass(frozen=True, slots=True)
class Draft:
    """A course for every vehicle, and the bins on none of them. `cost` is in thousandths of a penny, with what is not saved."""

    courses: tuple[Course, ...]
    out: frozenset[int]
    cost: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Where a bin fits: with these visits put in after so many of the vehicle's."""

    van: int
    after: int
    visits: tuple[int, ...]


def draft_of(figures: Figures, courses: Sequence[Course]) -> Draft:
    """The draft that these courses make."""
    done = {visit for course in courses for visit in course.visits if visit < figures.bins}
    out = frozenset(range(figures.bins)) - done
    cost = sum(course.table.cost for course in courses) + sum(figures.prizes[bin_] for bin_ in out)
    return Draft(tuple(courses), out, cost)


def course_of(figures: Figures, number: int, visits: list[int]) -> Course | None:
    """The course of a vehicle that makes these visits, or None where it would be late, too full, or home with a load."""
    van, figures = figures.problem.vans[number], figures.of_van(number)
    table = timetable(figures, van, visits)
    if table is None:
        return None
    capacity_kg = inf if van.capacity_kg is None else van.capacity_kg
    aboard_l, aboard_kg, free_l, free_kg = [], [], [], []
    litres, kilograms, gaps = van.load_l, van.load_kg, 0
    for stop in table.stops[:-1]:
        if stop >= figures.bins:
            free_l += [van.capacity_l - litres] * gaps
            free_kg += [capacity_kg - kilograms] * gaps
            if litres > van.capacity_l or kilograms > capacity_kg:
                return None
            litres, kilograms, gaps = 0.0, 0.0, 0
        elif stop >= 0:
            litres += figures.loads_l[stop]
            kilograms += figures.loads_kg[stop]
        gaps += 1
        aboard_l.append(litres)
        aboard_kg.append(kilograms)
    if litres > 0 or kilograms > 0:
        return None
    spare = [NO_SPACE] * gaps
    # Breaks that it need not take yet it may have to, once there is more to do.
    home_s = van.until_s - sum(pause.duration_s for pause in van.breaks[len(table.stops) - 2 - len(visits) :])
    by_s = latest_s(figures, van, table.works, home_s)
    return Course(visits, table, aboard_l, aboard_kg, free_l + spare, free_kg + spare, table.soonest.leave_s, by_s)


def inserted(figures: Figures, course: Course, gap: Gap) -> Course | None:
    """The course with a gap filled, or None where a break can then not be taken in time."""
    return course_of(figures, gap.van, [*course.visits[: gap.after], *gap.visits, *course.visits[gap.after :]])


def cheapest_gaps(
    figures: Figures, courses: Sequence[Course], bin_: int, skip: Callable[[], bool], worths: float = 1.0
) -> list[Gap]:
    """Where the bin costs less than so many times its worth, the cheapest first; where a trip is full, with a tip beside it.

    The first is the cheapest of all, the others are some of the next; breaks decide whether a gap is one. `skip` passes over a
    gap now and then.
    """
    found: list[Gap] = []
    least = worths * figures.prizes[bin_] - figures.service_s[bin_] * figures.cost_per_s
    litres, kilograms, point = figures.loads_l[bin_], figures.loads_kg[bin_], figures.points[bin_]
    idle: set[object] = set()
    for number, course in enumerate(courses):
        if not course.visits:
            kind = figures.kinds[number]
            if kind in idle:
                continue
            idle.add(kind)
        own, points = figures.of_van(number), course.table.points
        costs, onwards = own.costs, own.costs[point]
        for place, free_l in enumerate(course.free_l):
            before, after = points[place], points[place + 1]
            cost = costs[before][point] + onwards[after] - costs[before][after]
            if cost >= least or skip():
                continue
            if litres <= free_l and kilograms <= course.free_kg[place]:
                if _in_time(own, course, place, (bin_,)):
                    least = cost
                    found.append(Gap(number, _visits_before(course, place), (bin_,)))
                continue
            for visits in options(figures, number, course, place, bin_):
                cost = detour(own, before, visits, after)
                if cost < least and _in_time(own, course, place, visits):
                    least = cost
                    found.append(Gap(number, _visits_before(course, place), visits))
    return found[::-1]


def _visits_before(course: Course, place: int) -> int:
    return sum(stop >= 0 for stop in course.table.stops[1 : place + 1])


def options(figures: Figures, number: int, course: Course, place: int, bin_: int) -> list[tuple[int, ...]]:
    """What could be put into a gap to visit the bin, for all that loads and the vehicle's streets say.

    That is the bin alone where its trip has space for it; else the bin and then a tip, where it fits on top of what is aboard,
    or a tip and then the bin, where it fits in with the rest of the trip.
    """
    van = figures.problem.vans[number]
    own = figures.of_van(number)
    if not own.reached[bin_]:
        return []
    capacity_kg = inf if van.capacity_kg is None else van.capacity_kg
    litres, kilograms = figures.loads_l[bin_], figures.loads_kg[bin_]
    aboard_l, aboard_kg, free_l, free_kg = (
        loads[place] for loads in (course.aboard_l, course.aboard_kg, course.free_l, course.free_kg)
    )
    if litres <= free_l and kilograms <= free_kg:
        return [(bin_,)]
    tips = own.tips
    found: list[tuple[int, ...]] = []
    if aboard_l + litres <= van.capacity_l and aboard_kg + kilograms <= capacity_kg:
        found += [(bin_, tip) for tip in tips]
    if free_l != NO_SPACE and litres <= free_l + aboard_l and kilograms <= free_kg + aboard_kg:
        found += [(tip, bin_) for tip in tips]
    return found


def detour(figures: Figures, before: int, visits: Sequence[int], after: int) -> int:
    """What it adds to go by these visits, without the bins' own work."""
    cost, at = -figures.costs[before][after], before
    for visit in visits:
        point = figures.points[visit]
        cost += figures.costs[at][point] + (figures.service_s[visit] * figures.cost_per_s if visit >= figures.bins else 0)
        at = point
    return cost + figures.costs[at][after]


def _in_time(figures: Figures, course: Course, place: int, visits: Sequence[int]) -> bool:
    """Whether the visits can be made in the gap, and all that comes after it still in time."""
    at, now = course.table.points[place], course.leave_s[place]
    for visit in visits:
        point = figures.points[visit]
        began = opening(figures.windows_s[visit], now + figures.seconds[at][point])
        if began is None:
            return False
        at, now = point, began + figures.service_s[visit]
    return now + figures.seconds[at][course.table.points[place + 1]] <= course.latest_s[place + 1]
