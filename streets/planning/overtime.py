"""A crew that is late: it brings what it has aboard to a tip and comes home, however long that takes."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from streets.rounds.problem import Tip, Van


def with_overtime(van: Van, tips: Sequence[Tip], seconds: NDArray[np.int64], depot: int) -> Van:
    """A vehicle on its round, with as much more time as it needs to tip and come home; unchanged where no tip is open any more.

    Without it one late crew would stop the planning of all others' rounds.
    """
    home_s = _home_s(van, tips, seconds, depot, van.from_s)
    for rest in van.breaks:
        if home_s is not None and home_s > rest.until_s:
            home_s = _home_s(van, tips, seconds, depot, max(van.from_s, rest.from_s) + rest.duration_s)
    return van if home_s is None or home_s <= van.until_s else replace(van, until_s=home_s)


def _home_s(van: Van, tips: Sequence[Tip], seconds: NDArray[np.int64], depot: int, begin_s: int) -> int | None:
    """When a vehicle that sets out so late is home, at the earliest; None where it would have to tip and cannot."""
    if not (van.load_l or van.load_kg):
        return begin_s + int(seconds[van.point, depot])
    found = []
    for tip in tips:
        arrive_s = begin_s + int(seconds[van.point, tip.point])
        opens_s = [max(arrive_s, early_s) for early_s, late_s in tip.windows_s or ((0, arrive_s),) if arrive_s <= late_s]
        found += [min(opens_s) + tip.service_s + int(seconds[tip.point, depot])] if opens_s else []
    return min(found, default=None)
