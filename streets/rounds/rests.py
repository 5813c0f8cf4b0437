"""Where a crew's breaks come among given visits: after any stop, as early or as late as the rest of the round lets them.

For every stop and number of breaks taken only one time of leaving matters: the earliest on the way there, since whoever leaves
earlier can do all that one who leaves later can; and, once it is known when the round ends, the latest on the way back.
"""

from collections.abc import Sequence

from streets.rounds.figures import Figures
from streets.rounds.problem import Break, Van, Window

FIRST_BREAK = -3
"""Breaks are stops too, numbered -3, -4, …"""


def opening(windows_s: Sequence[Window], arrive_s: int) -> int | None:
    """When work can begin: in the first window that has not closed by then."""
    if not windows_s:
        return arrive_s
    for early_s, late_s in windows_s:
        if arrive_s <= late_s:
            return max(arrive_s, early_s)
    return None


def closing(windows_s: Sequence[Window], by_s: int) -> int | None:
    """When work must have begun, to have begun by a time: in the last window that has opened by then."""
    return max((min(by_s, late_s) for early_s, late_s in windows_s if early_s <= by_s), default=None) if windows_s else by_s


def home_first(figures: Figures, van: Van, visits: Sequence[int], at_start: bool) -> list[list[int]]:
    """The visits with so many breaks among them as are due, where they bring it home earliest; none where no way holds.

    `at_start` lets a crew rest before its first stop.
    """
    leave: list[int | None] = [van.from_s, *(None for _ in van.breaks)]
    rested = [_rest_early(leave, van.breaks) if at_start else [False] * len(leave)]
    at = van.point
    for visit in visits:
        point = figures.points[visit]
        drive_s, windows_s, service_s = figures.seconds[at][point], figures.windows_s[visit], figures.service_s[visit]
        for taken, left in enumerate(leave):
            began = None if left is None else opening(windows_s, left + drive_s)
            leave[taken] = None if began is None else began + service_s
        rested.append(_rest_early(leave, van.breaks))
        at = point
    home_s = figures.seconds[at][figures.problem.depot]
    return [
        _traced(visits, rested, taken)
        for taken, left in enumerate(leave)
        if left is not None and (taken == len(van.breaks) or left + home_s <= van.breaks[taken].until_s)
    ]


def _rest_early(leave: list[int | None], breaks: Sequence[Break]) -> list[bool]:
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


def begun_last(figures: Figures, van: Van, visits: Sequence[int], taken: int, home_s: int, at_start: bool) -> list[int]:
    """The visits with the first `taken` breaks where the vehicle can leave latest and still be home by `home_s`.

    There must be such a way.
    """
    after: list[int | None] = [*(None for _ in range(taken)), home_s]
    rests: list[list[bool]] = []
    following = figures.problem.depot
    for visit in reversed(visits):
        point = figures.points[visit]
        drive_s, windows_s, service_s = figures.seconds[point][following], figures.windows_s[visit], figures.service_s[visit]
        after = [None if by_s is None else by_s - drive_s for by_s in after]
        rests.append(_rest_late(after, van.breaks))
        after = [None if by_s is None else closing(windows_s, by_s - service_s) for by_s in after]
        following = point
    after = [None if by_s is None else by_s - figures.seconds[van.point][following] for by_s in after]
    rests.append(_rest_late(after, van.breaks) if at_start else [False] * len(after))
    return _placed(visits, rests[::-1])


def _rest_late(after: list[int | None], breaks: Sequence[Break]) -> list[bool]:
    """Let the crew rest here where it may then be done later; tells for each number of breaks taken whether the next is here."""
    here = [False] * len(after)
    for taken in range(len(after) - 2, -1, -1):
        by_s, pause = after[taken + 1], breaks[taken]
        rest_s = None if by_s is None else closing(((pause.from_s, pause.until_s),), by_s - pause.duration_s)
        go_s = after[taken]
        if rest_s is not None and (go_s is None or rest_s > go_s):
            after[taken], here[taken] = rest_s, True
    return here


def _placed(visits: Sequence[int], rests: list[list[bool]]) -> list[int]:
    """The visits with each break put in after the stop where it comes; rests[0] is of the start."""
    stops: list[int] = []
    taken = 0
    for position, here in enumerate(rests):
        if position:
            stops.append(visits[position - 1])
        while taken < len(here) and here[taken]:
            stops.append(FIRST_BREAK - taken)
            taken += 1
    return stops
