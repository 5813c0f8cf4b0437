"""How far bins will have risen, learned by boosted trees from all bins of a council: the middle and an interval of 80 per cent.

One model for each number of hours ahead and each quantile (gradient boosting of the pinball loss; Friedman 2001, Koenker and
Bassett 1978), of what the rise will differ from the bin's own precedents (`streets.bins.precedents`), or, where it has none, from
its slope. The last days are not learned from. On them trees must come closer than the precedents, which otherwise tell alone,
and either than the slope, or there is nothing better than it; and what the interval lacks or has too much is put right
(conformalised quantile regression; Romano, Patterson and Candès 2019). New bins have no past but their traits, so that
they borrow from bins that are like them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from streets.bins.boosting import Growth, lacks, predicted, quantiles, some_known, widened
from streets.bins.habits import Array
from streets.bins.hours import DAY_H, EMPTIED_PCT, WEEK_H, Hours
from streets.bins.traits import PRECEDENTS, traits

if TYPE_CHECKING:
    from sklearn.ensemble import HistGradientBoostingRegressor

AHEAD_H = (6, 24, 72, 168)
MOST_ROWS = 20_000
LEAST_ROWS = 2_000
LEAST_JUDGED = 200
"""More than a week of one bin."""
TAKEN = np.array([1.0, 0.7, 1.0])
"""How much is taken of what trees add to the precedents' middle for each of SHARES: part of the middle's is noise."""
UNSEEN_SHARE = 6
"""Of the hours told, a sixth and at most a week are kept from learning."""
GROWTH = Growth(trees=100, leaves=15, rate=0.06, least_in_leaf=200, traits_a_split=0.3)


@dataclass(frozen=True, slots=True)
class Rows:
    """Moments to learn from: what was known (rows x traits), points that the slope alone expects, and points really risen."""

    known: Array
    steady: Array
    risen: Array


@dataclass(frozen=True, slots=True)
class Grown:
    """Trees for one number of hours ahead: a model a quantile, and by how many points the interval goes out on each side.

    No models: precedents tell alone. `error_pct` and `slope_error_pct` are mean absolute errors on days not learned from, of the
    middle and of the slope alone.
    """

    ahead_h: int
    models: "tuple[HistGradientBoostingRegressor, ...]"
    widened_pct: float
    error_pct: float
    slope_error_pct: float

    def rises(self, hours: Hours, at: int) -> Array:
        """Points by which each bin will have risen `ahead_h` after column `at` if it is not emptied: bins x SHARES, ascending."""
        steady = hours.slope(at) * self.ahead_h / DAY_H
        return self.told(traits(hours, at, self.ahead_h), steady)

    def told(self, known: Array, steady: Array) -> Array:
        """The same from the traits and the slope's rise: rows x SHARES."""
        own = by_precedents(known, steady)
        told = own[:, [1]] + predicted(self.models, known) * TAKEN if self.models else own
        return np.sort(widened(told, self.widened_pct), axis=1)


def by_precedents(known: Array, steady: Array) -> Array:
    """Low, middle and high of what followed from like levels; all the slope's rise where a bin has no precedents."""
    own = known[:, PRECEDENTS]
    return np.asarray(np.where(np.isnan(own), steady[:, None], own))


def moments(hours: Hours, ahead_h: int, columns: Iterable[int]) -> Rows:
    """What was known at these columns, and what came of it; windows in which a bin was emptied tell nothing."""
    known: list[Array] = [np.empty((0, 0))]
    steady: list[Array] = [np.empty(0)]
    risen: list[Array] = [np.empty(0)]
    for at in columns:
        rise = hours.level[:, at + ahead_h] - hours.level[:, at]
        told = rise > -EMPTIED_PCT
        if told.any():
            known.append(traits(hours, at, ahead_h)[told])
            steady.append(hours.slope(at)[told] * ahead_h / DAY_H)
            risen.append(rise[told])
    return Rows(np.concatenate(known[1:] or known), np.concatenate(steady), np.concatenate(risen))


def grow(hours: Hours, ahead_h: int) -> Grown | None:
    """What is learned from all that `hours` tells; None where that is too little, or nothing comes closer than the slope."""
    learned_from, unseen = _columns(hours.level.shape[1] - ahead_h, ahead_h)
    stride = max(1, len(learned_from) * len(hours.bin_ids) // MOST_ROWS)
    return grow_from(moments(hours, ahead_h, learned_from[::stride]), moments(hours, ahead_h, unseen[::stride]), ahead_h)


def grow_from(rows: Rows, unseen: Rows, ahead_h: int) -> Grown | None:
    """Trees from `rows`, judged and put right by rows of later days; precedents alone, or None, as `grow` has it."""
    if len(unseen.risen) < LEAST_JUDGED:
        return None
    kinds: list[tuple[HistGradientBoostingRegressor, ...]] = [()]
    if len(rows.risen) >= LEAST_ROWS:
        kinds.append(quantiles(GROWTH, some_known(rows.known), rows.risen - by_precedents(rows.known, rows.steady)[:, 1]))
    nearest = min((_judged(models, unseen, ahead_h) for models in kinds), key=lambda grown: grown.error_pct)
    return nearest if nearest.error_pct < nearest.slope_error_pct else None


def _judged(models: "tuple[HistGradientBoostingRegressor, ...]", unseen: Rows, ahead_h: int) -> Grown:
    told = Grown(ahead_h, models, 0.0, 0.0, 0.0).told(unseen.known, unseen.steady)
    error_pct = float(np.abs(unseen.risen - told[:, 1]).mean())
    slope_error_pct = float(np.abs(unseen.risen - unseen.steady).mean())
    return Grown(ahead_h, models, lacks(told, unseen.risen), error_pct, slope_error_pct)


def _columns(ends: int, ahead_h: int) -> tuple[Sequence[int], Sequence[int]]:
    """The columns to learn from, and the later ones, whose targets are none of theirs either, to be judged by."""
    unseen = min(WEEK_H, ends // UNSEEN_SHARE)
    return range(max(0, ends - unseen - ahead_h)), range(max(0, ends - unseen), max(0, ends))
