"""Steps down that stay down in a series that is noisy, gappy and sometimes wrong.

A step is judged by medians of a few readings on either side, so that single bad echoes are outvoted, and it must be steeper than
waste that settles.
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
UNQUIET = 0.7
"""Share of the step by which readings may stray on average from the levels beside it."""
CLIMBS_ON = 0.25
"""In a bin that fills again at once the third reading after the step rises on by this share of the second's rise, or more."""


@dataclass(frozen=True, slots=True)
class Step:
    """Between reading `index` and the next; the levels in per cent are those of the nearest readings on either side."""

    index: int
    before_pct: float
    after_pct: float

    @property
    def drop_pct(self) -> float:
        """Points by which the level fell."""
        return self.before_pct - self.after_pct


def steps_down(at_s: Series, fill_pct: Series, least_drop: float) -> list[Step]:
    """The steps down by at least `least_drop` points that stay down, in time order; of near ones the clearest.

    `at_s` ascends strictly and is as long as `fill_pct`; two readings at least.
    """
    left, right = _sides(at_s, fill_pct)
    before, after = _medians(left), _medians(right)
    misfit = _misfit(left, before, before - after) + _misfit(right, after, before - after)
    # A bin fills until it is emptied and from then on: what was in it and what was left, the nearest readings say. The first
    # one after the step is believed where it is the lower, since a false echo comes from something nearer; the next confirm it.
    just_before, soon_after = np.median(left[:, -FEWEST:], axis=1), np.median(right[:, :FEWEST], axis=1)
    just_after = np.minimum(right[:, 0], soon_after)
    drop = just_before - just_after
    stays = (just_before - soon_after >= drop / 3) & (before - after >= least_drop / 2)
    confirmed = stays | _fills_again(right, just_before, drop, least_drop)
    possible = np.flatnonzero((drop >= least_drop) & confirmed & (misfit <= UNQUIET * drop))
    found: list[int] = []
    for step in map(int, possible[np.argsort(misfit[possible], kind="stable")]):
        if all(abs(step - other) > FEWEST for other in found) and not _slides(left[step], right[step]):
            found.append(step)
    return [Step(step, float(just_before[step]), float(just_after[step])) for step in sorted(found)]


def _fills_again(right: Series, just_before: Series, drop: Series, least_drop: float) -> NDArray[np.bool_]:
    """Whether the level rises anew from the very bottom: of a busy bin that is full again before three readings can outvote it.

    The second reading is still well below the old level, as after a single bad echo it is not, and the third rises on.
    """
    first, second, third = right[:, 0], right[:, 1], right[:, 2]
    still_low = just_before - second >= np.maximum(least_drop / 2, drop / 5)
    rises: NDArray[np.bool_] = still_low & (first < second) & (third > second) & (third - second >= CLIMBS_ON * (second - first))
    return rises


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
