"""How a bin usually fills: points per hour for each hour of the week, learned from the bin's own past.

A bin seldom gives enough history for 168 hours, so each hour is drawn towards the bin's own mean in the town's shape of a
week, and the bin's mean towards the town's: estimates of hours with little exposure borrow from those with much
(shrinkage by pseudo-observations; Efron and Morris 1975). Old weeks count less than new ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

Array = NDArray[np.floating[Any]]

LOCAL = ZoneInfo("Europe/London")
"""Litter follows the town's own clock."""
HOUR_S = 3600
HOURS_OF_WEEK = 168
MEAN_HALF_LIFE_H = 28 * 24
SHAPE_HALF_LIFE_H = 42 * 24
TOWN_MEAN_WEIGHT_H = 24.0
TOWN_SHAPE_WEIGHT_H = 4.0
LONGEST_GAP_H = 6.0
"""Between readings further apart than this the rise is not spread over the hours."""
LEAST_SPREAD_PCT = 1.0
LEAST_RATE_PCT_PER_H = 0.005
TOWN_SPREAD_WEIGHT_PCT = 100.0
HOURS_KNOWN_OF_A_DAY = 18
LEFT_AFTER_S = np.array([1.0, 8.0]) * HOUR_S


@dataclass(frozen=True, slots=True)
class FillSeries:
    """A bin's measured fills (unclamped, per cent) at Unix seconds that ascend strictly, and when it was emptied."""

    bin_id: str
    at_s: Array
    fill_pct: Array
    emptied_at_s: Array


@dataclass(frozen=True, slots=True)
class Habit:
    """How a bin fills and how far it strays.

    `rise_pct_per_h` has 168 values from Monday 00:00 local time. The rise over a time in which `m` points are expected
    has the variance `spread_pct` x m. `emptied_every_h` is the mean time between emptyings, None where none was seen;
    `left_pct` is what an emptying usually leaves by the sensor's word, which no record makes quite nothing.
    """

    bin_id: str
    rise_pct_per_h: Array
    spread_pct: float
    emptied_every_h: float | None
    left_pct: float = 0.0

    @property
    def mean_pct_per_h(self) -> float:
        """The mean rise over a week."""
        return float(self.rise_pct_per_h.mean())


def hours_of_week(at_s: Array) -> NDArray[np.intp]:
    """The local hour of the week (0 = Monday 00:00) in which each Unix second lies."""
    return np.array([_hour_of_week(hour) for hour in (np.asarray(at_s) // HOUR_S).astype(int).tolist()], dtype=np.intp)


@lru_cache(maxsize=20_000)
def _hour_of_week(hour: int) -> int:
    """Of an hour since 1970. Every bin is asked about the same hours; the town's clock is whole hours from UTC."""
    local = datetime.fromtimestamp(hour * HOUR_S, LOCAL)
    return local.weekday() * 24 + local.hour


def learn(series: Sequence[FillSeries], until_s: float, weeks: int = 8) -> list[Habit]:
    """The habit of each bin from what it said in the `weeks` before `until_s`; a bin without history gets the town's."""
    last_hour = int(until_s // HOUR_S)
    edges_s = np.arange(last_hour - weeks * HOURS_OF_WEEK, last_hour + 1) * float(HOUR_S)
    rises = np.array([hourly_rises(one, edges_s) for one in series]).reshape(len(series), len(edges_s) - 1)
    week = np.eye(HOURS_OF_WEEK)[hours_of_week(edges_s[:-1])]
    rates = _rates(rises, week)
    spreads = _spreads(rises, rates @ week.T)
    return [
        Habit(one.bin_id, rate, float(spread), _emptied_every_h(one), _left_pct(one))
        for one, rate, spread in zip(series, rates, spreads, strict=True)
    ]


def hourly_rises(series: FillSeries, edges_s: Array) -> Array:
    """Points by which the fill rose in each hour between `edges_s`; NaN where it was not seen or the bin was emptied.

    The series is first smoothed by a median of five, which bad echoes do not move; rises may be negative (waste settles).
    """
    if len(series.at_s) < 2:
        return np.full(len(edges_s) - 1, np.nan)
    life = np.searchsorted(series.emptied_at_s, series.at_s)
    level = _smoothed(series.fill_pct, life)
    at_edges = np.interp(edges_s, series.at_s, level, left=np.nan, right=np.nan)
    after = np.clip(np.searchsorted(series.at_s, edges_s), 1, len(series.at_s) - 1)
    at_edges[(series.at_s[after] - series.at_s[after - 1] > LONGEST_GAP_H * HOUR_S) | (life[after] != life[after - 1])] = np.nan
    rises: Array = np.diff(at_edges)
    rises[np.diff(np.searchsorted(series.emptied_at_s, edges_s)) > 0] = np.nan
    return rises


def _smoothed(fill_pct: Array, life: NDArray[np.intp]) -> Array:
    """The running median of five readings within each life of the bin's contents (from one emptying to the next)."""
    lives = np.split(fill_pct, np.flatnonzero(np.diff(life)) + 1)
    return np.concatenate([median_filter(one, 5, mode="nearest") for one in lives])


def _rates(rises: Array, week: Array) -> Array:
    """Points per hour, bins x hours of the week, from `rises` (bins x hours; NaN: unknown) and `week` (hours x 168, one-hot)."""
    known, rises = (~np.isnan(rises)).astype(float), np.nan_to_num(rises)
    recent = _weights(rises.shape[1], MEAN_HALF_LIFE_H)
    risen, seen = rises @ recent, known @ recent
    town_mean = risen.sum() / max(seen.sum(), 1.0)
    mean = np.maximum((risen + TOWN_MEAN_WEIGHT_H * town_mean) / (seen + TOWN_MEAN_WEIGHT_H), LEAST_RATE_PCT_PER_H)[:, None]
    weights = _weights(rises.shape[1], SHAPE_HALF_LIFE_H)[:, None] * week
    risen_at, seen_at = _blurred(rises @ weights / mean), _blurred(known @ weights)
    town_shape = (risen_at.sum(axis=0) + 1) / (seen_at.sum(axis=0) + 1)
    shape = np.maximum(risen_at + TOWN_SHAPE_WEIGHT_H * town_shape, 0) / (seen_at + TOWN_SHAPE_WEIGHT_H)
    rates: Array = mean * shape / np.maximum(shape.mean(axis=1, keepdims=True), 1e-9)
    return rates


def _weights(hours: int, half_life_h: float) -> Array:
    """What an hour counts, the newest last: one half after each half-life."""
    return np.asarray(0.5 ** (np.arange(hours)[::-1] / half_life_h))


def _blurred(by_hour_of_week: Array) -> Array:
    """Each hour with a quarter of its neighbours' weight, round the week: rhythms do not keep to the hour."""
    around = np.roll(by_hour_of_week, 1, axis=1) + np.roll(by_hour_of_week, -1, axis=1)
    return np.asarray(by_hour_of_week / 2 + around / 4)


def _spreads(rises: Array, expected: Array) -> Array:
    """Each bin's variance of a day's rise per point expected, from whole days against what its own habit says."""
    days = rises.shape[1] // 24
    by_day = rises[:, -days * 24 :].reshape(len(rises), days, 24)
    known = ~np.isnan(by_day)
    due = np.where(known, expected[:, -days * 24 :].reshape(by_day.shape), 0).sum(axis=2)
    strayed = (np.nansum(by_day, axis=2) - due) ** 2
    enough = known.sum(axis=2) >= HOURS_KNOWN_OF_A_DAY
    strayed_in_all, due_in_all = (strayed * enough).sum(axis=1), (due * enough).sum(axis=1)
    town = max(LEAST_SPREAD_PCT, float(strayed_in_all.sum() / max(due_in_all.sum(), 1.0)))
    return np.asarray(
        np.maximum((strayed_in_all + town * TOWN_SPREAD_WEIGHT_PCT) / (due_in_all + TOWN_SPREAD_WEIGHT_PCT), LEAST_SPREAD_PCT)
    )


def _emptied_every_h(series: FillSeries) -> float | None:
    """Hours heard for each emptying seen: by the time from the first to the last, two close ones would make one a day."""
    if not len(series.emptied_at_s) or len(series.at_s) < 2:
        return None
    return float((series.at_s[-1] - series.at_s[0]) / len(series.emptied_at_s) / HOUR_S)


def _left_pct(series: FillSeries) -> float:
    """The median level of the hours after emptyings; 0 where none was seen."""
    heard = [series.fill_pct[slice(*np.searchsorted(series.at_s, at_s + LEFT_AFTER_S))] for at_s in series.emptied_at_s]
    levels = [float(np.median(one)) for one in heard if len(one)]
    return max(float(np.median(levels)), 0.0) if levels else 0.0
