"""How sure the figures are: a bootstrap over seeds, and within each over blocks of whole weeks.

A town differs from the next more than a week from the next, and days of one week are not independent (Künsch 1989, The Annals of
Statistics 17, resamples blocks for that reason). So seeds are drawn anew first, and then weeks of each seed drawn (Davison and
Hinkley 1997, section 3.8). Every policy met the same chance: what is drawn is a week of all policies at once, and differences
are between policies in the same weeks.
"""

import numpy as np
from numpy.typing import NDArray

WEEK_DAYS = 7
DRAWS = 2_000
LOW_PCT, HIGH_PCT = 2.5, 97.5

Floats = NDArray[np.float64]


def resampled(days: Floats) -> Floats:
    """Mean days (draws x what is counted) of contests drawn anew; `days` is seeds x days x what is counted.

    The first row is the mean of the days as they were; days beyond whole weeks count there alone. Less than a week goes by days.
    """
    seeds, number, counted = days.shape
    block = WEEK_DAYS if number >= WEEK_DAYS else 1
    weeks = days[:, : number // block * block].reshape(seeds, -1, block, counted).mean(axis=2)
    luck = np.random.default_rng(1)
    means = [days.mean(axis=(0, 1))]
    for _ in range(DRAWS):
        towns = luck.integers(0, seeds, (seeds, 1))
        means.append(weeks[towns, luck.integers(0, weeks.shape[1], (seeds, weeks.shape[1]))].mean(axis=(0, 1)))
    return np.array(means)


def interval(values: Floats) -> tuple[float, float, float]:
    """A figure as it was, the first of `values`, and the 95 per cent interval of the others."""
    low, high = np.percentile(values[1:], [LOW_PCT, HIGH_PCT])
    return float(values[0]), float(low), float(high)
