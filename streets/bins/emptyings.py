"""When a bin was emptied, as its own fill series shows it.

An emptying is a step down that stays down (steps.py). Echoes of what hangs in the beam are left out first (obstacles.py). Waste
in a heap gives echoes that come and go as well, down and up alike; but nobody puts litter back. So the steps up that would pass
for emptyings upside down tell how large a step must be in this bin to be believed (false discoveries counted on decoys; Elias and
Gygi 2007 do so for spectra).

What no series can show is not claimed: an emptying of a nearly empty bin is within the noise and left to the crew to tell.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from streets.bins.obstacles import on_obstacle
from streets.bins.steps import Series, Step, steps_down

LEAST_DROP_PCT = 15.0
NOISES_IN_A_DROP = 5.0
FALSE_SHARE = 0.3
"""Steps up accepted for each step down."""
AT_ONE_GO = 0.7
"""Share of a step up that lies between two readings where echoes come and go; a busy bin climbs."""
BURST_S = 12 * 3600.0
BACK_WITHIN_PCT = 5.0
"""A step up that within this time leads back to the old level takes a step down back."""
DAY_S = 24 * 3600.0
CONTEXT_S = 7 * DAY_S
"""What is looked at before a day, to know how a bin's readings stray."""
SETTLES_S = 2 * DAY_S
"""What is looked at after a day: a reading may change what was an emptying this long before it."""


@dataclass(frozen=True, slots=True)
class Emptying:
    """A step down between two readings: `emptied_at_s` (Unix seconds) is their middle, `within_s` the time to either of them."""

    emptied_at_s: float
    fill_before_pct: float
    fill_after_pct: float
    within_s: float

    @property
    def drop_pct(self) -> float:
        """Points by which the fill fell."""
        return self.fill_before_pct - self.fill_after_pct


def noise_of(fill_pct: Series) -> float:
    """The standard deviation of a reading in points, from how neighbours bend: a steady rise is no noise.

    The median second difference, x 1.4826 for a normal deviation (MAD) and / sqrt 6 for the variance of 1, -2, 1.
    """
    if len(fill_pct) < 3:
        return 0.0
    return float(np.median(np.abs(np.diff(fill_pct, n=2))) * 1.4826 / np.sqrt(6))


def emptyings_of(at_s: Series, fill_pct: Series) -> list[Emptying]:
    """The emptyings in one bin's measured fills, in time order. `at_s` ascends strictly and is as long as `fill_pct`."""
    clear = np.flatnonzero(~on_obstacle(fill_pct))
    if len(clear) < 2:
        return []
    found = _believed(at_s[clear], fill_pct[clear])
    return [_told(one, int(clear[one.index]), int(clear[one.index + 1]), at_s, fill_pct) for one in found]


def _believed(at_s: Series, fill_pct: Series) -> list[Step]:
    """The steps down that are no burst of bad echoes and larger than what swings up in this bin."""
    least_drop = max(LEAST_DROP_PCT, NOISES_IN_A_DROP * noise_of(fill_pct))
    rise = np.diff(fill_pct)
    up = [one for one in steps_down(at_s, -fill_pct, least_drop) if rise[one.index] >= AT_ONE_GO * one.drop_pct]
    down = [one for one in steps_down(at_s, fill_pct, least_drop) if not any(_takes_back(at_s, other, one) for other in up)]
    for size in sorted(one.drop_pct for one in up):
        up_left, down_left = (sum(one.drop_pct >= least_drop for one in steps) for steps in (up, down))
        if up_left <= FALSE_SHARE * down_left:
            break
        least_drop = float(np.nextafter(size, np.inf))
    return [one for one in down if one.drop_pct >= least_drop]


def _told(one: Step, high: int, low: int, at_s: Series, fill_pct: Series) -> Emptying:
    """The emptying of a step between readings `high` and `low`, which may have echoes of obstacles in between.

    It was after the last reading that is as high as the bin was: an obstacle shows again once what covered it is gone.
    """
    still_full = np.flatnonzero(fill_pct[high:low] >= one.before_pct - BACK_WITHIN_PCT)
    last_full = high + int(still_full[-1]) if len(still_full) else high
    last_s, next_s = float(at_s[last_full]), float(at_s[last_full + 1])
    return Emptying((last_s + next_s) / 2, one.before_pct, one.after_pct, (next_s - last_s) / 2)


def emptyings_of_day(at_s: Series, fill_pct: Series, day_start_s: float, breaks_s: Sequence[float] = ()) -> list[Emptying]:
    """The emptyings of one day in a series that may be longer, in time order.

    They depend on the readings from CONTEXT_S before the day to SETTLES_S after it and on nothing else: neither on when or in
    which order these arrived, nor on where else the series begins and ends. At each of `breaks_s` (ascending) the sensor, its
    record or the bin is another one: a fall across it is no emptying.
    """
    ends_s = (day_start_s - CONTEXT_S, *breaks_s, day_start_s + DAY_S + SETTLES_S)
    ends = np.searchsorted(at_s, np.clip(ends_s, ends_s[0], ends_s[-1]))
    pieces = [slice(int(start), int(stop)) for start, stop in pairwise(ends)]
    found = [one for seen in pieces for one in emptyings_of(at_s[seen], fill_pct[seen])]
    return [one for one in found if day_start_s <= one.emptied_at_s < day_start_s + DAY_S]


def first_day_changed(since_s: float) -> float:
    """The start of the first UTC day whose emptyings readings from `since_s` on can change."""
    return since_s - since_s % DAY_S - SETTLES_S


def settled_before(at_s: float) -> float:
    """Until when (exclusive) emptyings are settled at `at_s`: every reading that may change them should have arrived."""
    return at_s - at_s % DAY_S - SETTLES_S


def _takes_back(at_s: Series, up: Step, down: Step) -> bool:
    """Whether the step up (seen upside down) soon takes the step down back: then it was a burst of bad echoes."""
    soon = 0 < at_s[up.index] - at_s[down.index] <= BURST_S
    return bool(soon and abs(-up.after_pct - down.before_pct) <= BACK_WITHIN_PCT)
