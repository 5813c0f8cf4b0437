"""Boosted trees of quantiles: a model for each, and the interval put right by what was not learned from.

Gradient boosting of the pinball loss (Friedman 2001; Koenker and Bassett 1978), and conformalised quantile regression (Romano,
Patterson and Candès 2019).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from threadpoolctl import threadpool_limits

from streets.bins.habits import Array

if TYPE_CHECKING:
    from sklearn.ensemble import HistGradientBoostingRegressor

SHARES = (0.1, 0.5, 0.9)
SEED = 1
ONE_THREAD = 1
"""Nobody waits for the trees, and other processes need the cores; threads of theirs that wait for each other keep them busy."""


@dataclass(frozen=True, slots=True)
class Growth:
    """How trees grow: how many a model, of how many leaves, with the share of traits that a split looks at."""

    trees: int
    leaves: int
    rate: float
    least_in_leaf: int
    traits_a_split: float
    ridge: float = 1.0

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The same, as scikit-learn names them."""
        return {
            "max_iter": self.trees,
            "max_leaf_nodes": self.leaves,
            "learning_rate": self.rate,
            "min_samples_leaf": self.least_in_leaf,
            "l2_regularization": self.ridge,
            "max_features": self.traits_a_split,
            "early_stopping": False,
            "random_state": SEED,
        }


def quantiles(growth: Growth, known: Array, came: Array) -> "tuple[HistGradientBoostingRegressor, ...]":
    """A model of what came for each of SHARES. `known`: rows x traits, none of them NaN in every row (see `some_known`)."""
    # Loading the library takes seconds and 70 MB, which only those who grow trees have to spend.
    from sklearn.ensemble import HistGradientBoostingRegressor

    with threadpool_limits(ONE_THREAD):
        return tuple(
            HistGradientBoostingRegressor(
                loss="absolute_error" if share == 0.5 else "quantile",
                quantile=None if share == 0.5 else share,
                **growth.parameters,
            ).fit(known, came)
            for share in SHARES
        )


def some_known(known: Array) -> Array:
    """The traits, with 0 for those that nobody ever had: the trees take no column of nothing but NaN."""
    return np.where(np.isnan(known).all(axis=0), 0.0, known)


def predicted(models: "tuple[HistGradientBoostingRegressor, ...]", known: Array) -> Array:
    """What each model says: rows x models."""
    with threadpool_limits(ONE_THREAD):
        return np.column_stack([model.predict(known) for model in models])


def widened(told: Array, points: float) -> Array:
    """Low, middle and high with the interval gone out by so many points on each side."""
    return np.asarray(told + points * np.array([-1.0, 0.0, 1.0]))


def lacks(told: Array, came: Array) -> float:
    """By how many points the interval must go out on each side to hold its share of what came; below 0: go in."""
    outside = np.maximum(told[:, 0] - came, came - told[:, 2])
    return float(np.quantile(outside, SHARES[-1] - SHARES[0]))
