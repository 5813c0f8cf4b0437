"""Frames that were heard, each once: a refused one may have come several ways, or be one that is stored by now."""

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from streets.frames.runs import Frame

# Copies of one transmission carry times that differ by what gateways and servers take; a restarted device takes longer.
COPIES_WITHIN = timedelta(minutes=1)


class Heard(NamedTuple):
    """A frame that came. `has_time`: its time is its own, not merely when it came to us."""

    frame: Frame
    is_refused: bool
    has_time: bool


class _Seen(NamedTuple):
    """Where in the list the last frame of a number stands, and how often by then another number had come."""

    place: int
    turn: int


def each_once(came: Iterable[Heard], by_time: bool) -> list[Frame]:
    """The frames without refused copies of others; they are given and returned in the order in which they were observed.

    The store has told stored frames apart already. A refused one is a copy of one with the same number and session within a
    minute, or with no other number of the session between the two, or where one has no time of its own. `by_time`: of devices
    that may use a number again at any time, as direct ones do; there only the very same time makes a copy.
    """
    told: list[Heard | None] = []
    seen: dict[tuple[str, int], _Seen] = {}
    turns: dict[str, tuple[int, int]] = {}
    for heard in came:
        session, f_cnt = heard.frame.session, heard.frame.f_cnt
        number, turn = turns.get(session, (f_cnt, 0))
        turn += number != f_cnt
        turns[session] = f_cnt, turn
        place = len(told)
        before = seen.get((session, f_cnt))
        if before and _are_copies(told[before.place], heard, before.turn == turn, by_time):
            if heard.is_refused:
                place = before.place
            else:
                told[before.place] = None
        if place == len(told):
            told.append(heard)
        seen[session, f_cnt] = _Seen(place, turn)
    return [heard.frame for heard in told if heard]


def _are_copies(first: Heard | None, second: Heard, is_same_turn: bool, by_time: bool) -> bool:
    if first is None or not (first.is_refused or second.is_refused):
        return False
    apart = second.frame.at - first.frame.at
    if by_time:
        return not apart
    return is_same_turn or apart <= COPIES_WITHIN or not (first.has_time and second.has_time)
