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

from streets.bins.collections import FULL_PCT, LONGER_THAN_LIKE, OWN, Past, learnable, usual_pct
from streets.bins.habits import Array

if TYPE_CHECKING:
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

SHARES = (0.1, 0.5, 0.9)
LEAST_ROWS = 600
MOST_ROWS = 20_000
UNSEEN_SHARE = 6
TREES, LEAVES, RATE, LEAST_IN_LEAF, RIDGE, TRAITS_A_SPLIT = 150, 15, 0.05, 20, 1.0, 0.5
FEWER_TREES = 60
"""For the chance of being full: more of them call too much certain."""
LEAST_AS_LONG = 30
"""So many collections learned from must have waited as long, for the trees to tell of such a wait."""
SEED = 1
ONE_THREAD = 1


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
        with threadpool_limits(ONE_THREAD):
            told = np.sort(np.column_stack([model.predict(known) for model in self.models]), axis=1)
        return np.clip(told + self.widened_pct * np.array([-1.0, 0.0, 1.0]), 0.0, FULL_PCT)

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
    outside = np.maximum(told[:, 0] - came, came - told[:, 2])
    widened_pct = float(np.quantile(outside, SHARES[-1] - SHARES[0]))
    return replace(_fitted(known, found), widened_pct=widened_pct, error_pct=error_pct, usual_error_pct=usual_error_pct)


def _fitted(known: Array, found: Array) -> CollectionTrees:
    """Models of the latest collections, not judged yet."""
    known, found = known[-MOST_ROWS:], found[-MOST_ROWS:]
    # The trees take no trait that nobody ever had.
    known = np.where(np.isnan(known).all(axis=0), 0.0, known)
    is_full = found >= FULL_PCT
    with threadpool_limits(ONE_THREAD):
        models = tuple(_quantile(share).fit(known, found) for share in SHARES)
        full = _of_full().fit(known, is_full) if is_full.any() and not is_full.all() else None
    return CollectionTrees(models, full, float(is_full.mean()), 0.0, 0.0, 0.0, _tells_until(known))


def _tells_until(known: Array) -> float:
    """The wait that LEAST_AS_LONG of these collections reached, in usual waits of their bins."""
    waits = np.sort(known[:, OWN.index("wait_in_usual")])
    waits = waits[~np.isnan(waits)]
    return max(LONGER_THAN_LIKE, float(waits[-LEAST_AS_LONG])) if len(waits) >= LEAST_AS_LONG else LONGER_THAN_LIKE


def _quantile(share: float) -> "HistGradientBoostingRegressor":
    from sklearn.ensemble import HistGradientBoostingRegressor

    middle = share == 0.5
    return HistGradientBoostingRegressor(
        loss="absolute_error" if middle else "quantile",
        quantile=None if middle else share,
        max_iter=TREES,
        max_leaf_nodes=LEAVES,
        learning_rate=RATE,
        min_samples_leaf=LEAST_IN_LEAF,
        l2_regularization=RIDGE,
        max_features=TRAITS_A_SPLIT,
        early_stopping=False,
        random_state=SEED,
    )


def _of_full() -> "HistGradientBoostingClassifier":
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(
        max_iter=FEWER_TREES,
        max_leaf_nodes=LEAVES,
        learning_rate=RATE,
        min_samples_leaf=LEAST_IN_LEAF,
        l2_regularization=RIDGE,
        max_features=TRAITS_A_SPLIT,
        early_stopping=False,
        random_state=SEED,
    )
