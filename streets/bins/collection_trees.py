"""How full a collection will find a bin, learned by boosted trees from all collections of a council: middle, interval, chance
of full.

The trees see what the collections before each moment tell (`streets.bins.collections`); gradient boosting of the pinball loss
for the middle and the interval (Friedman 2001; Koenker and Bassett 1978), and of the log loss for whether it is found full,
since a fill that stops at full has no honest quantile beyond. The last days are not learned from: on them the trees must come
closer than the bin's own collections of like waits, or there are none; and on them the interval is put right (conformalised
quantile regression; Romano, Patterson and Candès 2019).
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import threadpool_limits

from streets.bins.boosting import ONE_THREAD, Growth, lacks, predicted, quantiles, some_known, widened
from streets.bins.collections import FULL_PCT, LONGER_THAN_LIKE, OWN, Past, learnable, usual_pct
from streets.bins.habits import Array

if TYPE_CHECKING:
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

LEAST_ROWS = 600
MOST_ROWS = 20_000
UNSEEN_SHARE = 6
GROWTH = Growth(trees=150, leaves=15, rate=0.05, least_in_leaf=20, traits_a_split=0.5)
FEWER_TREES = 60
"""For the chance of being full: more of them call too much certain."""
LEAST_AS_LONG = 30
"""So many collections learned from must have waited as long, for the trees to tell of such a wait."""


@dataclass(frozen=True, slots=True)
class CollectionTrees:
    """A model a quantile and one of being full; `widened_pct` is what the interval goes out by on each side.

    `full_share` is how many of the collections learned from found their bin full; where all or none did, there is no model of it.
    `error_pct` and `usual_error_pct` are mean absolute errors on collections not learned from, of the middle and of like waits
    alone. `tells_until` is the longest wait, in usual waits of a bin, of which they learned enough.
    """

    models: "tuple[HistGradientBoostingRegressor, ...]"
    full: "HistGradientBoostingClassifier | None"
    full_share: float
    widened_pct: float
    error_pct: float
    usual_error_pct: float
    tells_until: float

    def told(self, known: Array) -> Array:
        """Low, middle and high of what is found, 0 to 100, ascending: rows x SHARES."""
        return np.clip(widened(np.sort(predicted(self.models, known), axis=1), self.widened_pct), 0.0, FULL_PCT)

    def chance_of_full(self, known: Array) -> Array:
        """The chance that each is found full."""
        if self.full is None:
            return np.full(len(known), self.full_share)
        with threadpool_limits(ONE_THREAD):
            return np.asarray(self.full.predict_proba(known)[:, 1])


def grow(past: Past) -> CollectionTrees | None:
    """Trees from all collections; None where there are too few, or where they come no closer than like waits alone.

    What is kept was grown from all of them, once those that only judged have done so: a council has few.
    """
    known, found = learnable(past)
    judged_from = len(found) - len(found) // UNSEEN_SHARE
    if judged_from < LEAST_ROWS:
        return None
    later, came = known[judged_from:], found[judged_from:]
    told = _fitted(known[:judged_from], found[:judged_from]).told(later)
    error_pct, usual_error_pct = (float(np.abs(came - said).mean()) for said in (told[:, 1], usual_pct(later)))
    if error_pct >= usual_error_pct:
        return None
    return replace(_fitted(known, found), widened_pct=lacks(told, came), error_pct=error_pct, usual_error_pct=usual_error_pct)


def _fitted(known: Array, found: Array) -> CollectionTrees:
    """Models of the latest collections, not judged yet."""
    known, found = some_known(known[-MOST_ROWS:]), found[-MOST_ROWS:]
    is_full = found >= FULL_PCT
    models = quantiles(GROWTH, known, found)
    with threadpool_limits(ONE_THREAD):
        full = _of_full().fit(known, is_full) if is_full.any() and not is_full.all() else None
    return CollectionTrees(models, full, float(is_full.mean()), 0.0, 0.0, 0.0, _tells_until(known))


def _tells_until(known: Array) -> float:
    """The wait that LEAST_AS_LONG of these collections reached, in usual waits of their bins."""
    waits = np.sort(known[:, OWN.index("wait_in_usual")])
    waits = waits[~np.isnan(waits)]
    return max(LONGER_THAN_LIKE, float(waits[-LEAST_AS_LONG])) if len(waits) >= LEAST_AS_LONG else LONGER_THAN_LIKE


def _of_full() -> "HistGradientBoostingClassifier":
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(**replace(GROWTH, trees=FEWER_TREES).parameters)
