"""What a bin itself did before from a level like its present one: the rises that followed, weighed by how like the level was.

A quantile of past rises weighed by a Gaussian kernel over the level (local constant quantile regression; Yu and Jones 1998,
"Local linear quantile regression", Journal of the American Statistical Association 93). It needs nothing learned from other
bins: a sensor that swings about a ledge, or a bin that fills more slowly near its top, tells so by its own past.
"""

import numpy as np

from streets.bins.habits import Array
from streets.bins.hours import LOOKED_BACK_H, Hours, unless_emptied

EVERY_H = 3
"""Moments nearer to each other than this tell nearly the same."""
LIKE_PCT = 4.0
"""The kernel's standard deviation, in points of fill."""
LEAST_WEIGHT = 1.0
SHARES = (0.1, 0.25, 0.5, 0.75, 0.9)


def precedents(hours: Hours, at: int, ahead_h: int) -> Array:
    """Of every bin the quantiles SHARES of its past rises over `ahead_h` from like levels, and their weight: bins x 6.

    In points of fill; a moment at the very same level weighs 1. Quantiles are NaN where all weigh less than LEAST_WEIGHT.
    Only rises that were complete at column `at` and held no emptying count.
    """
    then = np.arange(at - ahead_h, max(-1, at - LOOKED_BACK_H), -EVERY_H)
    levels = hours.level[:, then]
    rises = unless_emptied(hours.level[:, then + ahead_h] - levels)
    likeness = np.exp(-0.5 * ((levels - hours.level[:, [at]]) / LIKE_PCT) ** 2)
    weights = np.where(np.isnan(rises) | np.isnan(likeness), 0.0, likeness)
    in_order = np.argsort(rises, axis=1)
    rises, weights = (np.take_along_axis(table, in_order, axis=1) for table in (rises, weights))
    climbed = np.cumsum(weights, axis=1)
    weight = climbed[:, -1] if len(then) else np.zeros(len(levels))
    told = np.full((len(levels), len(SHARES)), np.nan)
    for bin_row in np.flatnonzero(weight > LEAST_WEIGHT):
        reached = np.searchsorted(climbed[bin_row], np.array(SHARES) * weight[bin_row])
        told[bin_row] = rises[bin_row, reached]
    return np.column_stack([told, weight])
