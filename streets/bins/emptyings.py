"""When a bin was emptied, as its own fill series shows it.

An emptying is a step down that stays down. It is judged by medians of a few readings on either side, so that single bad
echoes are outvoted, and it must be steeper than waste that settles. Waste in a heap gives echoes that come and go, down and
up alike; but nobody puts litter back. So the steps up that would pass for emptyings upside down tell how large a step must
be in this bin to be believed (false discoveries counted on decoys; Elias and Gygi 2007 do so for spectra).

What no series can show is not claimed: an emptying of a nearly empty bin is within the noise and left to the crew to tell.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Series = NDArray[np.float64]

WINDOW = 8
"""Readings looked at on either side of a step, of at most WINDOW_S seconds: within hours a busy bin fills again."""
WINDOW_S = 6 * 3600.0
FEWEST = 3
"""Readings needed on a side however old: two outvote one bad echo."""
LEAST_DROP_PCT = 15.0
NOISES_IN_A_DROP = 5.0
UNQUIET = 0.7
"""Share of the step by which readings may stray on average from the levels beside it."""
FALSE_SHARE = 0.3
"""Steps up accepted for each step down."""
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
    """A step down between two readings; `emptied_at_s` (Unix seconds) is the middle between them."""

    emptied_at_s: float
    fill_before_pct: float
    fill_after_pct: float

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
    least_drop = max(LEAST_DROP_PCT, NOISES_IN_A_DROP * noise_of(fill_pct))
    up = _steps_down(at_s, -fill_pct, least_drop)
    down = [one for one in _steps_down(at_s, fill_pct, least_drop) if not any(_takes_back(other, one) for other in up)]
    for size in sorted(one.drop_pct for one in up):
        up_left, down_left = (sum(one.drop_pct >= least_drop for one in steps) for steps in (up, down))
        if up_left <= FALSE_SHARE * down_left:
            break
        least_drop = float(np.nextafter(size, np.inf))
    return [one for one in down if one.drop_pct >= least_drop]


def emptyings_of_day(at_s: Series, fill_pct: Series, day_start_s: float) -> list[Emptying]:
    """The emptyings of one day in a series that may be longer, in time order.

    They depend on the readings from CONTEXT_S before the day to SETTLES_S after it and on nothing else: neither on when or in
    which order these arrived, nor on where else the series begins and ends.
    """
    from_s, until_s = day_start_s - CONTEXT_S, day_start_s + DAY_S + SETTLES_S
    seen = slice(*np.searchsorted(at_s, (from_s, until_s)))
    found = emptyings_of(at_s[seen], fill_pct[seen]) if seen.stop - seen.start > 1 else []
    return [one for one in found if day_start_s <= one.emptied_at_s < day_start_s + DAY_S]


def first_day_changed(since_s: float) -> float:
    """The start of the first UTC day whose emptyings readings from `since_s` on can change."""
    return since_s - since_s % DAY_S - SETTLES_S


def settled_before(at_s: float) -> float:
    """Until when (exclusive) emptyings are settled at `at_s`: every reading that may change them should have arrived."""
    return at_s - at_s % DAY_S - SETTLES_S


def _takes_back(up: Emptying, down: Emptying) -> bool:
    """Whether the step up (seen upside down) soon takes the step down back: then it was a burst of bad echoes."""
    soon = 0 < up.emptied_at_s - down.emptied_at_s <= BURST_S
    return soon and abs(-up.fill_after_pct - down.fill_before_pct) <= BACK_WITHIN_PCT


def _steps_down(at_s: Series, fill_pct: Series, least_drop: float) -> list[Emptying]:
    """The steps down by at least `least_drop` points that stay down, in time order; of near ones the clearest."""
    left, right = _sides(at_s, fill_pct)
    before, after = _medians(left), _medians(right)
    misfit = _misfit(left, before, before - after) + _misfit(right, after, before - after)
    # A bin fills until it is emptied and from then on: what was in it and what was left, the nearest readings say. The first
    # one after the step is believed where it is the lower, since a false echo comes from something nearer; the next confirm it.
    just_before, soon_after = np.median(left[:, -FEWEST:], axis=1), np.median(right[:, :FEWEST], axis=1)
    just_after = np.minimum(right[:, 0], soon_after)
    drop = just_before - just_after
    confirmed = (just_before - soon_after >= drop / 3) & (before - after >= least_drop / 2)
    possible = np.flatnonzero((drop >= least_drop) & confirmed & (misfit <= UNQUIET * drop))
    found: list[int] = []
    for step in map(int, possible[np.argsort(misfit[possible], kind="stable")]):
        if all(abs(step - other) > FEWEST for other in found) and not _slides(left[step], right[step]):
            found.append(step)
    middle_s = (at_s[:-1] + at_s[1:]) / 2
    return [Emptying(float(middle_s[step]), float(just_before[step]), float(just_after[step])) for step in sorted(found)]


def _sides(at_s: Series, fill_pct: Series) -> tuple[Series, Series]:
    """For the step after each reading but the last, the readings on either side that count; NaN for those that do not."""
    edge = np.full(WINDOW, np.nan)
    fills, times = (sliding_window_view(np.concatenate((edge, values, edge)), WINDOW) for values in (fill_pct, at_s))
    left, right = slice(1, len(at_s)), slice(WINDOW + 1, WINDOW + len(at_s))
    near = np.arange(WINDOW) < FEWEST
    with np.errstate(invalid="ignore"):
        counts_left = near[::-1] | (at_s[:-1, None] - times[left] <= WINDOW_S)
        counts_right = near | (times[right] - at_s[1:, None] <= WINDOW_S)
    return np.where(counts_left, fills[left], np.nan), np.where(counts_right, fills[right], np.nan)


def _medians(sides: Series) -> Series:
    """The median of each row; NaN where fewer than FEWEST readings are in it."""
    known = WINDOW - np.isnan(sides).sum(axis=1)
    ordered, each = np.sort(sides, axis=1), np.arange(len(sides))
    level: Series = (ordered[each, np.maximum(known - 1, 0) // 2] + ordered[each, np.minimum(known // 2, WINDOW - 1)]) / 2
    level[known < FEWEST] = np.nan
    return level


def _misfit(sides: Series, level: Series, cap: Series) -> Series:
    """How far the readings of each row stray from the level, on average.

    None weighs more than the step itself (`cap`), or a bad echo beside an emptying would push its time away.
    """
    strayed = np.minimum(np.abs(sides - level[:, None]), np.abs(cap)[:, None])
    known = np.maximum(WINDOW - np.isnan(sides).sum(axis=1), 1)
    mean: Series = np.nansum(strayed, axis=1) / known
    return mean


def _slides(left: Series, right: Series) -> bool:
    """Whether either side itself falls so fast that the step is part of a longer slide: waste that settles."""
    left, right = left[~np.isnan(left)], right[~np.isnan(right)]
    drop = float(np.median(left) - np.median(right))
    return any(_slope(side) * len(side) < -drop / 2 for side in (left, right))


def _slope(side: Series) -> float:
    """Points per reading: the median of the slopes between all pairs (Theil 1950, Sen 1968)."""
    return float(np.median([(side[j] - side[i]) / (j - i) for i, j in combinations(range(len(side)), 2)]))
