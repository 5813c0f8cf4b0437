"""Bins hour by hour: their fills as a table of bins and hours, and what of the hours before one is told of each bin.

These traits are what a forecast that learns (`streets.bins.trees`) sees of a bin at a moment: nothing of them was received later.
"""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from streets.bins.habits import HOUR_S, HOURS_OF_WEEK, Array, hours_of_week

SMOOTHED_H = 7
DAY_H, WEEK_H, MONTH_H = 24, HOURS_OF_WEEK, 4 * HOURS_OF_WEEK
EMPTIED_PCT = 11.0
"""A fall by as much within a day is an emptying, of a day's rise and of what is to be forecast."""
SLOPE_LEAST = 48
LOOKED_BACK_H = 5 * WEEK_H
"""As far as traits look: four weeks, and a day and seven hours before them."""
CHANGES_H = (3, 6, 12, 24, 48, 72, 168)
WEEKS_BACK = (1, 2, 3, 4)


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
        return np.where(known >= SLOPE_LEAST, np.nan_to_num(_over(np.nanmedian, week)), 0.0)


def hours_of(series: Sequence[HourlyFills], first_hour: int, until_hour: int) -> Hours:
    """The table of the hours from `first_hour` until `until_hour`, which is not in it; others are left out."""
    measured = np.full((len(series), until_hour - first_hour), np.nan)
    for row, one in enumerate(series):
        inside = (one.hour >= first_hour) & (one.hour < until_hour)
        measured[row, one.hour[inside] - first_hour] = one.fill_pct[inside]
    return Hours(tuple(one.bin_id for one in series), first_hour, measured)


def traits(hours: Hours, at: int, ahead_h: int) -> Array:
    """What is known of every bin at the end of column `at`, for a forecast `ahead_h` on: bins x traits, NaN: not known.

    Rises and levels are in points of fill; other bins' rises come in as how far the whole town strayed from its usual day.
    """
    now = hours.level[:, at]
    month = _until(hours.day_rise, at, MONTH_H)
    usual_day = _over(np.nanmean, month)
    changes = {span: now - _column(hours.level, at - span) for span in CHANGES_H}
    strayed = [_over(np.nanmedian, (_unless_emptied(changes[span]) - usual_day * span / DAY_H)[None, :]) for span in (24, 72)]
    week = month[:, -WEEK_H:]
    weeks_ago = [_rise_weeks_ago(hours.level, at, ahead_h, weeks) for weeks in WEEKS_BACK]
    hour_of_week = hours_of_week(np.array([(hours.first_hour + at) * float(HOUR_S)]))[0]
    columns = [
        now,
        hours.slope(at),
        *(_over(each, week) for each in (np.nanmedian, np.nanmean, np.nanstd)),
        *(_over(each, month) for each in (np.nanmedian, np.nanmean)),
        *changes.values(),
        *_last_life(hours, at, now),
        *_lately(hours, at, now),
        *weeks_ago,
        _over(np.nanmean, np.array(weeks_ago).T),
    ]
    of_all = (hour_of_week, hour_of_week // 24, hour_of_week % 24, *(one[0] for one in strayed))
    return np.column_stack([*columns, *(np.full(len(now), each) for each in of_all)])


def _last_life(hours: Hours, at: int, now: Array) -> list[Array]:
    """Hours since the last emptying, the level that it left, points per hour since, and the extremes of two and four weeks."""
    emptied = _until(hours.emptied, at, MONTH_H) == 1.0
    since = np.where(emptied.any(axis=1), np.argmax(emptied[:, ::-1], axis=1), np.nan)
    last = at - np.nan_to_num(since).astype(int)
    left = np.where(np.isnan(since), np.nan, hours.level[np.arange(len(now)), last])
    fortnight, month = (_until(hours.level, at, weeks * WEEK_H) for weeks in (2, 4))
    extremes = [_over(each, of) for of in (fortnight, month) for each in (np.nanmin, np.nanmax)]
    return [since, left, (now - left) / np.maximum(since, 1.0), *extremes]


def _lately(hours: Hours, at: int, now: Array) -> list[Array]:
    """How the hours as measured lie about the level, how restless they are, how many were measured, and how old the last is."""
    last, week = {span: _until(hours.measured, at, span) for span in (3, 12, 24, 48)}, _until(hours.measured, at, WEEK_H)
    about = [
        *(_over(each, last[3]) for each in (np.nanmedian, np.nanmin, np.nanmax)),
        *(_over(np.nanmedian, last[span]) for span in (12, 24, 48)),
        *(_over(np.nanquantile, last[24], share) for share in (0.1, 0.9)),
    ]
    seen = ~np.isnan(week)
    newest = np.argmax(seen[:, ::-1], axis=1)
    level_week = _until(hours.level, at, WEEK_H)
    restless = _over(np.nanmean, np.abs(np.diff(level_week, axis=1)))
    age = np.where(seen.any(axis=1), newest, WEEK_H).astype(float)
    current = np.where(age < SMOOTHED_H, week[np.arange(len(now)), -1 - newest], np.nan)
    return [current - now, *(each - now for each in about), _over(np.nanstd, week), restless, seen.mean(axis=1), age]


def _rise_weeks_ago(level: Array, at: int, ahead_h: int, weeks: int) -> Array:
    """The rise over the same hours so many weeks ago."""
    then = at - weeks * WEEK_H
    return _unless_emptied(_column(level, then + ahead_h) - _column(level, then))


def _unless_emptied(rise: Array) -> Array:
    return np.where(rise > -EMPTIED_PCT, rise, np.nan)


def _until(table: Array, at: int, span: int) -> Array:
    """The last `span` columns up to `at`, filled up with NaN where the table begins later."""
    missing = max(0, span - at - 1)
    return np.pad(table[:, max(0, at - span + 1) : at + 1], ((0, 0), (missing, 0)), constant_values=np.nan)


def _column(table: Array, at: int) -> Array:
    return table[:, at] if at >= 0 else np.full(len(table), np.nan)


def _over(figure: Callable[..., Any], table: Array, *more: float) -> Array:
    """A figure of each row; NaN for a row of nothing but NaN, of which numpy would warn."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.asarray(figure(table, *more, axis=1))
