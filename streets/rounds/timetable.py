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

    `soonest` are the times at which all of it could be done, `times` those at which the vehicle sets out as late as it can.
    """

    stops: list[int]
    points: list[int]
    soonest: Times
    times: Times
    cost: int


def timetable(figures: Figures, van: Van, visits: Sequence[int]) -> Timetable | None:
    """The times that bring it home first, or None where a window, a break or the shift does not hold. Loads are not looked at."""
    if not van.breaks:
        return _timed(figures, van, list(visits))
    # A break before the first stop is taken where one later would make the round dearer, or is not possible.
    ways = [(at_start, stops) for at_start in (False, True) for stops in home_first(figures, van, visits, at_start)]
    tables = [table for at_start, stops in ways if (table := _rested(figures, van, visits, stops, at_start))]
    return min(tables, key=lambda table: table.cost, default=None)


def _rested(figures: Figures, van: Van, visits: Sequence[int], stops: list[int], at_start: bool) -> Timetable | None:
    """The times of stops with breaks among them, which are put elsewhere where the vehicle would then wait less."""
    table = _timed(figures, van, stops)
    if table is None or not table.times.idle_s:
        return table
    home_s = table.times.arrive_s[-1]
    return _timed(figures, van, begun_last(figures, van, visits, len(stops) - len(visits), home_s, at_start))


def _timed(figures: Figures, van: Van, stops: list[int]) -> Timetable | None:
    """The times of stops with breaks among them. A vehicle on its round is at work already: what it waits is paid."""
    points = _points(figures, van, stops)
    soonest = times = _from(figures, van, stops, points, van.from_s)
    if soonest is None or times is None:
        return None
    if soonest.idle_s and not van.under_way:
        begin_s = latest_s(figures, van, stops, points, soonest.arrive_s[-1])[0]
        times = _from(figures, van, stops, points, begin_s) or soonest
    drives = sum(figures.costs[a][b] for a, b in pairwise(points))
    work_s = sum(figures.service_s[stop] for stop in stops if stop >= 0)
    cost = drives + (work_s + times.idle_s) * figures.cost_per_s
    return Timetable([START, *stops, END], points, soonest, times, cost)


def _points(figures: Figures, van: Van, stops: list[int]) -> list[int]:
    """Where the vehicle is, from its start to the depot; it rests where it stands."""
    points = [van.point]
    for stop in stops:
        points.append(points[-1] if stop <= FIRST_BREAK else figures.points[stop])
    return [*points, figures.problem.depot]


def _from(figures: Figures, van: Van, stops: list[int], points: list[int], start_s: int) -> Times | None:
    """The times of a vehicle that sets out at `start_s` and goes on as soon as it can, or None where it is late somewhere."""
    arrive_s, begin_s, leave_s = [start_s], [start_s], [start_s]
    now, idle_s = start_s, 0
    for place, stop in enumerate(stops, 1):
        hours_s, service_s = _work(figures, van, stop)
        arrived = now + figures.seconds[points[place - 1]][points[place]]
        began = opening(hours_s, arrived)
        if began is None:
            return None
        idle_s += began - arrived
        now = began + service_s
        arrive_s.append(began if stop <= FIRST_BREAK else arrived)
        begin_s.append(began)
        leave_s.append(now)
    home = now + figures.seconds[points[-2]][points[-1]]
    if home > van.until_s:
        return None
    for times in (arrive_s, begin_s, leave_s):
        times.append(home)
    return Times(arrive_s, begin_s, leave_s, idle_s)


def _work(figures: Figures, van: Van, stop: int) -> tuple[tuple[Window, ...], int]:
    """When the work or break at a stop may begin, and how long it takes."""
    if stop > FIRST_BREAK:
        return figures.windows_s[stop], figures.service_s[stop]
    pause = van.breaks[FIRST_BREAK - stop]
    return ((pause.from_s, pause.until_s),), pause.duration_s


def latest_s(figures: Figures, van: Van, stops: Sequence[int], points: Sequence[int], home_s: int) -> list[int]:
    """By when the vehicle must have come to each stop, and first have set out, to be home by `home_s`; breaks keep their place.

    Of a stop that is too late in any case it tells the beginning of the shift.
    """
    by_s, found = home_s, [home_s]
    for place in range(len(stops), 0, -1):
        hours_s, service_s = _work(figures, van, stops[place - 1])
        began = closing(hours_s, by_s - figures.seconds[points[place]][points[place + 1]] - service_s)
        by_s = van.from_s if began is None else began
        found.append(by_s)
    found.append(by_s - figures.seconds[points[0]][points[1]])
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
                leg_m=int(figures.problem.metres[before, point]),
                arrive_s=arrive_s,
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
