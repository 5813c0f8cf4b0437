"""When a bin was emptied, as its own fill series shows it.

An emptying is a step down that stays down. It is judged by medians of a few readings on either side, so that single bad
echoes are outvoted, and it must be steeper than waste that settles. What no series can show is not claimed: an emptying
of a nearly empty bin is within the noise and left to the crew to tell.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Series = NDArray[np.float64]

WINDOW = 6
"""Readings looked at on either side of a step."""
FEWEST = 3
"""Readings needed on a side at the ends of a series: two outvote one bad echo."""
LEAST_DROP_PCT = 15.0
NOISES_IN_A_DROP = 5.0
UNQUIET = 0.5
"""Share of the step by which readings may stray from the levels beside it: waste in a heap gives echoes that come and go."""


@dataclass(frozen=True, slots=True)
class Emptying:
    """A step down between two readings; `emptied_at_s` (Unix seconds) is the middle between them."""

    emptied_at_s: float
    fill_before_pct: float
    fill_after_pct: float


def noise_of(fill_pct: Series) -> float:
    """The standard deviation of a reading in points, from the median step between neighbours (MAD x 1.4826 / sqrt 2)."""
    if len(fill_pct) < 2:
        return 0.0
    return float(np.median(np.abs(np.diff(fill_pct))) * 1.4826 / np.sqrt(2))


def emptyings_of(at_s: Series, fill_pct: Series) -> list[Emptying]:
    """The emptyings in one bin's measured fills, in time order. `at_s` ascends strictly and is as long as `fill_pct`."""
    before, after, misfit = _steps(fill_pct)
    least_drop = max(LEAST_DROP_PCT, NOISES_IN_A_DROP * noise_of(fill_pct))
    found: list[Emptying] = []
    for first, last in _runs(before - after >= least_drop):
        best_first = first + np.argsort(misfit[first:last], kind="stable")
        quiet = (step for step in best_first if misfit[step] <= UNQUIET * (before[step] - after[step]))
        for step in quiet:
            if _is_emptying(fill_pct, int(step), float(before[step]), float(after[step])):
                found.append(_emptying(at_s, fill_pct, int(step)))
                break
    return found


def _emptying(at_s: Series, fill_pct: Series, step: int) -> Emptying:
    """The emptying after this reading, with the medians of the nearest readings: the bin fills until it is emptied."""
    nearest = fill_pct[max(0, step - FEWEST + 1) : step + 1], fill_pct[step + 1 : step + 1 + FEWEST]
    before, after = (float(np.median(side)) for side in nearest)
    return Emptying(float(at_s[step] + at_s[step + 1]) / 2, before, after)


def _steps(fill_pct: Series) -> tuple[Series, Series, Series]:
    """For the step after each reading but the last: the level before it, the level after it, and how badly both fit (points).

    In the misfit no reading weighs more than the step itself, or a bad echo beside an emptying would push its time away.
    """
    edge = np.full(WINDOW, np.nan)
    windows = sliding_window_view(np.concatenate((edge, fill_pct, edge)), WINDOW)
    left, right = windows[1 : len(fill_pct)], windows[WINDOW + 1 : WINDOW + len(fill_pct)]
    before, after = _levels(left), _levels(right)
    cap = np.abs(before - after)[:, None]
    misfit = _mean_distance(left, before, cap) + _mean_distance(right, after, cap)
    return before, after, misfit


def _levels(windows: Series) -> Series:
    """The median of each window; NaN where fewer than FEWEST readings are in it."""
    known = WINDOW - np.isnan(windows).sum(axis=1)
    ordered, each = np.sort(windows, axis=1), np.arange(len(windows))
    level: Series = (ordered[each, np.maximum(known - 1, 0) // 2] + ordered[each, np.minimum(known // 2, WINDOW - 1)]) / 2
    level[known < FEWEST] = np.nan
    return level


def _mean_distance(windows: Series, level: Series, cap: Series) -> Series:
    distance = np.minimum(np.abs(windows - level[:, None]), cap)
    known = np.maximum(WINDOW - np.isnan(windows).sum(axis=1), 1)
    mean: Series = np.nansum(distance, axis=1) / known
    return mean


def _runs(wanted: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """The stretches where `wanted` holds, as (first, one past the last)."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], wanted, [False])).astype(np.int8)))
    return [(int(first), int(last)) for first, last in edges.reshape(-1, 2)]


def _is_emptying(fill_pct: Series, step: int, before: float, after: float) -> bool:
    """Whether the step is neither part of a longer slide (waste settling) nor a burst of bad echoes that ends."""
    drop = before - after
    sides = fill_pct[max(0, step - WINDOW + 1) : step + 1], fill_pct[step + 1 : step + 1 + WINDOW]
    slides = any(_slope(side) * WINDOW < -drop / 2 for side in sides)
    later = fill_pct[step + 1 + WINDOW : step + 1 + 2 * WINDOW]
    returns = len(later) >= FEWEST and abs(float(np.median(later)) - before) < LEAST_DROP_PCT / 3
    return not slides and not returns


def _slope(side: Series) -> float:
    """Points per reading: the median of the slopes between all pairs (Theil 1950, Sen 1968)."""
    return float(np.median([(side[j] - side[i]) / (j - i) for i, j in combinations(range(len(side)), 2)]))
