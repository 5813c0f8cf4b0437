"""What hangs or stands in a bin's beam: a ledge, a bracket, the rim of a mouth. It gives an echo of its own, always at one level.

While the waste lies below it, such a sensor tells now the one level, now the other, for hours or days at a time: the series falls
and rises by half the bin and nobody was there. What gives it away is the way up: the readings return from far below to the very
same level, time and again, in a single step and without having begun to climb. Litter that rises so fast does not stop so
exactly; a bin that is heaped to its limit is climbed to; and an emptying only ever leads down.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

from streets.bins.steps import Series

RETURN_PCT = 15.0
"""A rise by as much from one reading to the next may be a return to an obstacle's echo."""
WITHIN_PCT = 2.0
"""Echoes of one obstacle are no further apart: a centimetre either way in a shallow bin."""
LEAST_RETURNS = 3
RETURNS_A_FALL = 0.4
"""Returns to a level for each fall from it: a level that is oftener left than come back to is that of the waste."""


def on_obstacle(fill_pct: Series) -> NDArray[np.bool_]:
    """Which readings of a series in time order (per cent) are echoes of something fixed, or of waste at its very level."""
    hidden = np.zeros(len(fill_pct), dtype=bool)
    returns, falls = _leaps(fill_pct)
    # A single bad echo has a return as well; one at least must come after more than one reading far below.
    lasting, _ = _leaps(median_filter(fill_pct, 3, mode="nearest"))
    for level in _levels(returns):
        come, gone = _near(returns, level).sum(), _near(falls, level).sum()
        if come >= RETURNS_A_FALL * gone and _near(lasting, level).any():
            hidden |= _near(fill_pct, level)
    return hidden


def _leaps(fill_pct: Series) -> tuple[Series, Series]:
    """The levels to which a series leaps up without having begun to climb, and those from which it falls."""
    change = np.diff(fill_pct)
    climbed_before = np.concatenate(([0.0], change[:-1])) >= RETURN_PCT / 2
    return fill_pct[1:][(change >= RETURN_PCT) & ~climbed_before], fill_pct[:-1][change <= -RETURN_PCT]


def _levels(returns: Series) -> list[float]:
    """The levels to which the readings returned at least LEAST_RETURNS times, the commonest first."""
    found: list[float] = []
    while len(returns):
        beside = np.abs(returns[:, None] - returns) <= WITHIN_PCT
        commonest = beside[int(np.argmax(beside.sum(axis=1)))]
        if commonest.sum() < LEAST_RETURNS:
            break
        found.append(float(np.median(returns[commonest])))
        returns = returns[~commonest]
    return found


def _near(levels: Series, level: float) -> NDArray[np.bool_]:
    near: NDArray[np.bool_] = np.abs(levels - level) <= WITHIN_PCT
    return near
