"""When a vehicle is where: the times that bring it home first from given visits in given order, its breaks among them.

It leaves as late as that allows, so that what it would wait on the way, it waits before it sets out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from streets.rounds.figures import Figures
from streets.rounds.problem import Round, Stop, Van, Window
from streets.rounds.rests import FIRST_BREAK, begun_last, closing, home_first, opening

START, END = -1, -2

Work = tuple[int, tuple[Window, ...], int]
"""The point of a stop, when its work or break may begin, and how many seconds it takes."""


@dataclass(slots=True)
class Times:
    """When a vehicle comes to each stop from START to END, begins its work there and leaves; `idle_s` is what it waits."""

    arrive_s: list[int]
    begin_s: list[int]
    leave_s: list[int]
    idle_s: int


@dataclass(slots=True)
class Timetable:
    """The stops of a vehicle from START to END, each with its point, and what they cost in thousandths of a penny.

    `works` are of the stops between; `soonest` are the times at which all of it could be done, `times` those at which the
    vehicle sets out as late as it can.
    """

    stops: list[int]
    points: list[int]
    works: list[Work]
    soonest: Times
    times: Times
    cost: int


def timetable(figures: Figures, van: Van, visits: Sequence[int]) -> Timetable | None:
    """The times that bring it home first, or None where a window, a break or the shift does not hold. Loads are not looked at."""
    if not van.breaks:
        return _timed(figures, van, list(visits))
    # A break before the first stop is taken where one later would make the round dearer, or is not possible.
    later, sooner = (home_first(figures, van, visits, at_start) for at_start in (False, True))
    ways = [(stops, False) for stops in later] + [(stops, True) for stops in sooner if stops not in later]
    tables = [table for stops, at_start in ways if (table := _rested(figures, van, visits, stops, at_start))]
    return min(tables, key=lambda table: table.cost, default=None)


def _rested(figures: Figures, van: Van, visits: Sequence[int], stops: list[int], at_start: bool) -> Timetable | None:
    """The times of stops with breaks among them, which are put elsewhere where the vehicle would then wait less."""
    table = _timed(figures, van, stops)
    if table is None or not table.times.idle_s or len(stops) == len(visits):
        return table
    others = begun_last(figures, van, visits, len(stops) - len(visits), table.times.arrive_s[-1], at_start)
    return table if others == stops else _timed(figures, van, others)


def _timed(figures: Figures, van: Van, stops: list[int]) -> Timetable | None:
    """The times of stops with breaks among them. A vehicle on its round is at work already: what it waits is paid."""
    works = _works(figures, van, stops)
    soonest = times = _from(figures, van, works, van.from_s)
    if soonest is None or times is None:
        return None
    if soonest.idle_s and not van.under_way:
        begin_s = latest_s(figures, van, works, soonest.arrive_s[-1])[0]
        times = _from(figures, van, works, begin_s) or soonest
    points = [van.point, *(point for point, _, _ in works), figures.problem.depot]
    cost = (sum(figures.service_s[stop] for stop in stops if stop >= 0) + times.idle_s) * figures.cost_per_s
    cost += sum(figures.costs[a][b] for a, b in pairwise(points))
    return Timetable([START, *stops, END], points, works, soonest, times, cost)


def _works(figures: Figures, van: Van, stops: list[int]) -> list[Work]:
    """What is to be done at each stop; a crew rests where its vehicle then stands."""
    at, works = van.point, []
    for stop in stops:
        if stop > FIRST_BREAK:
            at = figures.points[stop]
            works.append((at, figures.windows_s[stop], figures.service_s[stop]))
        else:
            pause = van.breaks[FIRST_BREAK - stop]
            works.append((at, ((pause.from_s, pause.until_s),), pause.duration_s))
    return works


def _from(figures: Figures, van: Van, works: Sequence[Work], start_s: int) -> Times | None:
    """The times of a vehicle that sets out at `start_s` and goes on as soon as it can, or None where it is late somewhere."""
    arrive_s, begin_s, leave_s = [start_s], [start_s], [start_s]
    at, now, idle_s, seconds = van.point, start_s, 0, figures.seconds
    for point, hours_s, service_s in works:
        began = now = now + seconds[at][point]
        if hours_s:
            opened = opening(hours_s, now)
            if opened is None:
                return None
            idle_s += opened - now
            began = opened
        arrive_s.append(now)
        begin_s.append(began)
        at, now = point, began + service_s
        leave_s.append(now)
    now += seconds[at][figures.problem.depot]
    if now > van.until_s:
        return None
    for times in (arrive_s, begin_s, leave_s):
        times.append(now)
    return Times(arrive_s, begin_s, leave_s, idle_s)


def latest_s(figures: Figures, van: Van, works: Sequence[Work], home_s: int) -> list[int]:
    """By when the vehicle must have come to each stop, and first have set out, to be home by `home_s`; breaks keep their place.

    Of a stop that is too late in any case it tells the beginning of the shift.
    """
    by_s, found, following, seconds = home_s, [home_s], figures.problem.depot, figures.seconds
    for point, hours_s, service_s in reversed(works):
        by_s -= seconds[point][following] + service_s
        if hours_s:
            began = closing(hours_s, by_s)
            by_s = van.from_s if began is None else began
        found.append(by_s)
        following = point
    found.append(by_s - seconds[van.point][following])
    return found[::-1]


def round_of(figures: Figures, van: Van, table: Timetable) -> Round:
    """A timetable as a round with names."""
    stops = []
    before = table.points[0]
    times = table.times
    for stop, point, arrive_s, begin_s, leave_s in zip(
        table.stops, table.points, times.arrive_s, times.begin_s, times.leave_s, strict=True
    ):
        kind, ref = _named(figures, van, stop)
        stops.append(
            Stop(
                kind=kind,
                ref=ref,
                point=point,
                leg_s=figures.seconds[before][point],
                leg_m=figures.metres[before][point],
                arrive_s=begin_s if kind == "break" else arrive_s,
                begin_s=begin_s,
                leave_s=leave_s,
            )
        )
        before = point
    return Round(van.vehicle_id, tuple(stops))


def _named(figures: Figures, van: Van, stop: int) -> tuple[str, str]:
    if stop < 0:
        return {START: "start", END: "end"}.get(stop, "break"), van.vehicle_id
    if stop < figures.bins:
        return "bin", figures.problem.candidates[stop].bin_id
    return "tip", figures.problem.tips[stop - figures.bins].base_id
