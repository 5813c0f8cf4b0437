"""When a vehicle is where: the earliest times at which it can do given visits in given order, its breaks among them.

With each break the crew may be resting after any stop. For every stop and number of breaks taken only the earliest time of
leaving matters, since whoever leaves earlier can do all that one who leaves later can; so the times found are the best there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from streets.rounds.figures import Figures
from streets.rounds.problem import Break, Round, Stop, Van, Window

START, END = -1, -2
FIRST_BREAK = -3
"""Breaks are stops too, numbered -3, -4, …"""


@dataclass(slots=True)
class Timetable:
    """The stops of a vehicle from START to END, each with its point and times, and what they cost in thousandths of a penny."""

    stops: list[int]
    points: list[int]
    arrive_s: list[int]
    begin_s: list[int]
    leave_s: list[int]
    cost: int


def timetable(figures: Figures, van: Van, visits: Sequence[int]) -> Timetable | None:
    """The earliest times, or None where a window, a break or the shift does not hold. Loads are not looked at.

    The vehicle leaves so late that it does not wait where a bin is its first stop.
    """
    if not van.breaks:
        return _timed(figures, van, list(visits))
    # A break before the first stop is taken where one later would make the round longer, or is not possible.
    ways = [stops for at_start in (True, False) for stops in _with_breaks(figures, van, visits, at_start)]
    tables = [table for stops in ways if (table := _timed(figures, van, stops))]
    return min(tables, key=lambda table: table.cost, default=None)


def _timed(figures: Figures, van: Van, stops: list[int]) -> Timetable | None:
    """The times of stops with breaks among them."""
    points, arrive, begin, leave = [van.point], [van.from_s], [van.from_s], [van.from_s]
    at, now, rest_s = van.point, van.from_s, 0
    for stop in stops:
        if stop <= FIRST_BREAK:
            pause = van.breaks[FIRST_BREAK - stop]
            began: int | None = opening(((pause.from_s, pause.until_s),), now)
            arrived, service_s = now if began is None else began, pause.duration_s
            rest_s += service_s
        else:
            point = figures.points[stop]
            arrived = now + figures.seconds[at][point]
            began, service_s, at = opening(figures.windows_s[stop], arrived), figures.service_s[stop], point
        if began is None:
            return None
        now = began + service_s
        points.append(at)
        arrive.append(arrived)
        begin.append(began)
        leave.append(now)
    home = now + figures.seconds[at][figures.problem.depot]
    if home > van.until_s:
        return None
    if stops and 0 <= stops[0] < figures.bins:
        wait_s = begin[1] - arrive[1]
        arrive[0], begin[0], leave[0], arrive[1] = van.from_s + wait_s, van.from_s + wait_s, van.from_s + wait_s, begin[1]
    points.append(figures.problem.depot)
    for times in (arrive, begin, leave):
        times.append(home)
    drives = [(figures.costs[a][b], figures.seconds[a][b]) for a, b in pairwise(points)]
    idle_s = home - leave[0] - rest_s - sum(seconds for _, seconds in drives)
    cost = sum(cost for cost, _ in drives) + idle_s * figures.cost_per_s
    return Timetable([START, *stops, END], points, arrive, begin, leave, cost)


def opening(windows_s: Sequence[Window], arrive_s: int) -> int | None:
    """When work can begin: in the first window that has not closed by then."""
    if not windows_s:
        return arrive_s
    for early_s, late_s in windows_s:
        if arrive_s <= late_s:
            return max(arrive_s, early_s)
    return None


def _with_breaks(figures: Figures, van: Van, visits: Sequence[int], at_start: bool) -> list[list[int]]:
    """The visits with so many breaks among them as are due, where they bring it home earliest; none where no way holds."""
    leave: list[int | None] = [van.from_s, *(None for _ in van.breaks)]
    rested = [_rest(leave, van.breaks) if at_start else [False] * len(leave)]
    at = van.point
    for visit in visits:
        point = figures.points[visit]
        drive_s, windows_s, service_s = figures.seconds[at][point], figures.windows_s[visit], figures.service_s[visit]
        for taken, left in enumerate(leave):
            began = None if left is None else opening(windows_s, left + drive_s)
            leave[taken] = None if began is None else began + service_s
        rested.append(_rest(leave, van.breaks))
        at = point
    home_s = figures.seconds[at][figures.problem.depot]
    return [
        _traced(visits, rested, taken)
        for taken, left in enumerate(leave)
        if left is not None and (taken == len(van.breaks) or left + home_s <= van.breaks[taken].until_s)
    ]


def _rest(leave: list[int | None], breaks: Sequence[Break]) -> list[bool]:
    """Let the crew rest here where that lets it go on earlier; tells for each number of breaks whether the last was here."""
    here = [False] * len(leave)
    for taken, pause in enumerate(breaks):
        left, later = leave[taken], leave[taken + 1]
        began = None if left is None else opening(((pause.from_s, pause.until_s),), left)
        if began is not None and (later is None or began + pause.duration_s < later):
            leave[taken + 1], here[taken + 1] = began + pause.duration_s, True
    return here


def _traced(visits: Sequence[int], rested: list[list[bool]], taken: int) -> list[int]:
    """The visits with each break put in after the stop where it was taken; rested[0] is of the start."""
    backwards: list[int] = []
    for position in range(len(visits), -1, -1):
        while rested[position][taken]:
            taken -= 1
            backwards.append(FIRST_BREAK - taken)
        if position:
            backwards.append(visits[position - 1])
    return backwards[::-1]


def round_of(figures: Figures, van: Van, table: Timetable) -> Round:
    """A timetable as a round with names."""
    stops = []
    before = table.points[0]
    for stop, point, arrive_s, begin_s, leave_s in zip(
        table.stops, table.points, table.arrive_s, table.begin_s, table.leave_s, strict=True
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
