"""Bins hour by hour: their fills as a table of bins and hours, and what can be said of each row of it."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from streets.bins.habits import HOURS_OF_WEEK, Array

SMOOTHED_H = 7
DAY_H, WEEK_H, MONTH_H = 24, HOURS_OF_WEEK, 4 * HOURS_OF_WEEK
EMPTIED_PCT = 11.0
"""A fall by as much within a day is an emptying, of a day's rise and of what is to be forecast."""
SLOPE_LEAST = 48
LOOKED_BACK_H = 12 * WEEK_H
"""As far as anything that is told of a bin looks back."""


@dataclass(frozen=True, slots=True)
class HourlyFills:
    """A bin's hours in which it was measured: their numbers since 1970, and the median fill of each in per cent, unclamped."""

    bin_id: str
    hour: NDArray[np.integer[Any]]
    fill_pct: Array


@dataclass(frozen=True)
class Hours:
    """Fills of bins by the hour: `measured` is bins x hours, each hour's median in per cent, NaN where nothing was measured.

    `first_hour` is the first column's, in hours since 1970.
    """

    bin_ids: tuple[str, ...]
    first_hour: int
    measured: Array

    @cached_property
    def level(self) -> Array:
        """The median of the hours' medians over the last seven hours: single bad echoes do not move it."""
        # Loading it takes half a second and 50 MB, which only those who have or grow trees need to spend.
        import pandas as pd

        table = pd.DataFrame(self.measured.T).rolling(SMOOTHED_H, min_periods=1).median()
        return table.to_numpy().T

    @cached_property
    def day_rise(self) -> Array:
        """Points by which the level rose in the 24 hours before; NaN where it is not known or the bin was emptied."""
        rise = np.full_like(self.level, np.nan)
        rise[:, DAY_H:] = self.level[:, DAY_H:] - self.level[:, :-DAY_H]
        rise[~(rise > -EMPTIED_PCT)] = np.nan
        return rise

    @cached_property
    def emptied(self) -> Array:
        """Whether the level fell within the last seven hours as it does when a bin is emptied (1.0 or 0.0)."""
        fallen = np.zeros_like(self.level)
        fallen[:, SMOOTHED_H:] = self.level[:, SMOOTHED_H:] - self.level[:, :-SMOOTHED_H] <= -EMPTIED_PCT
        return fallen

    def slope(self, at: int) -> Array:
        """Points per day since the last emptyings: the median day's rise of the week before column `at`, 0 where not known."""
        week = self.day_rise[:, max(0, at - WEEK_H + 1) : at + 1]
        known = (~np.isnan(week)).sum(axis=1)
        return np.where(known >= SLOPE_LEAST, np.nan_to_num(over(np.nanmedian, week)), 0.0)


def hours_of(series: Sequence[HourlyFills], first_hour: int, until_hour: int) -> Hours:
    """The table of the hours from `first_hour` until `until_hour`, which is not in it; others are left out."""
    measured = np.full((len(series), until_hour - first_hour), np.nan)
    for row, one in enumerate(series):
        inside = (one.hour >= first_hour) & (one.hour < until_hour)
        measured[row, one.hour[inside] - first_hour] = one.fill_pct[inside]
    return Hours(tuple(one.bin_id for one in series), first_hour, measured)


def unless_emptied(rise: Array) -> Array:
    """The rises, NaN for those over which the bin was emptied."""
    return np.where(rise > -EMPTIED_PCT, rise, np.nan)


def until(table: Array, at: int, span: int) -> Array:
    """The last `span` columns up to `at`, filled up with NaN where the table begins later."""
    missing = max(0, span - at - 1)
    return np.pad(table[:, max(0, at - span + 1) : at + 1], ((0, 0), (missing, 0)), constant_values=np.nan)


def column(table: Array, at: int) -> Array:
    """That column, NaN before the table begins."""
    return table[:, at] if at >= 0 else np.full(len(table), np.nan)


def over(figure: Callable[..., Any], table: Array, *more: float) -> Array:
    """A figure of each row; NaN for a row of nothing but NaN, of which numpy would warn."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.asarray(figure(table, *more, axis=1))
