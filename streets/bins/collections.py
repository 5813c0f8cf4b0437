"""What collections of bins find: how full each was when it was emptied, and what of the past tells how full it will be next.

A bin without a sensor, or with one that is not heard or not believed, still has a past: each time it was emptied somebody saw how
full it was. A bin has few such times, so that what it was usually found at is drawn towards what all bins of its council were
found at (shrinkage by pseudo-observations; Efron and Morris 1975, Journal of the American Statistical Association 70), and its
past collections count by how like their wait was to the one asked about (kernel regression; Nadaraya 1964, Theory of
Probability and its Applications 9). No bin is found fuller than full, so that a rate times the wait says too much of long
waits.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from streets.bins.habits import HOUR_S, Array, hours_of_week

TOWN_WEIGHT = 3.0
"""The council's mean counts as so many collections of a bin's own, and the bin's own mean as one of a like wait."""
LIKE_WAIT_WEIGHT = 1.0
WAIT_WIDTH = 0.35
"""Waits are alike within this difference of their logarithms, some 40 per cent; SHORTEST_H keeps two short ones from being far
apart."""
SHORTEST_H = 2.0
RECENT_HALF_LIFE = 4.0
"""Of a bin's collections the fourth last counts half as much as the last."""
SAME_DAY_WEIGHT = 2.0
STRAYED_OVER_H = (2.0, 24.0, 72.0)
STRAYED_WEIGHT = 3.0
MOST_EXPECTED_PCT = 150.0
FULL_PCT = 100.0
LONGER_THAN_LIKE = 1.5
"""Waits longer than the bin's usual one by as much were hardly ever made: like waits tell nothing of them."""
DAY_H = 24


@dataclass(frozen=True, slots=True)
class Asked:
    """Bins, by their row in a `Past`, and the Unix second at which each is asked about."""

    bin_row: NDArray[np.integer[Any]]
    at_s: Array

    @property
    def in_week(self) -> NDArray[np.intp]:
        """The local hour of the week in which each lies."""
        return hours_of_week(self.at_s)


@dataclass(frozen=True)
class Past:
    """Collections of a council's bins, as columns in time order: whose (a row of `bin_ids`), when (Unix seconds), how full.

    `found_pct` is 0 to 100 and NaN where the bin was emptied and nobody said how full it was. `capacity_l` is by row of
    `bin_ids`.
    """

    bin_ids: tuple[str, ...]
    capacity_l: Array
    bin_row: NDArray[np.integer[Any]]
    at_s: Array
    found_pct: Array

    @cached_property
    def rows_of(self) -> list[NDArray[np.intp]]:
        """Of each bin the places of its collections."""
        in_turn = np.argsort(self.bin_row, kind="stable")
        return np.split(in_turn, np.searchsorted(self.bin_row[in_turn], np.arange(1, len(self.bin_ids))))

    @cached_property
    def told(self) -> NDArray[np.intp]:
        """The places of the collections that say how full the bin was, in time order."""
        return np.flatnonzero(~np.isnan(self.found_pct))

    @cached_property
    def own(self) -> Array:
        """Of each collection what its bin's earlier ones tell (see `OWN`)."""
        return _own_traits(self, Asked(self.bin_row, self.at_s))

    @cached_property
    def strayed_pct(self) -> Array:
        """By how much each found more than its bin's mean of before; NaN where nobody said how full."""
        return np.asarray(self.found_pct - self.own[:, OWN.index("mean")])

    def town_means(self, at_s: Array) -> Array:
        """Of all before each moment the mean fill found and the share found full, NaN before the first: moments x 2."""
        found = self.found_pct[self.told]
        both = np.column_stack([found, found >= FULL_PCT])
        before = np.searchsorted(self.at_s[self.told], at_s)[:, None]
        summed = np.concatenate((np.zeros((1, 2)), np.cumsum(both, axis=0)))[before[:, 0]]
        return np.where(before > 0, summed / np.maximum(before, 1), np.nan)


OWN = (
    "collections",
    "mean",
    "last",
    "median",
    "spread",
    "wait_h",
    "usual_wait_h",
    "wait_in_usual",
    "like_wait",
    "like_wait_full",
    "by_rate",
    "by_recent_rate",
)


def traits(past: Past, asked: Asked) -> Array:
    """What the collections before each moment asked about tell of its bin: moments x traits, NaN: not known."""
    itself = asked.bin_row is past.bin_row and asked.at_s is past.at_s
    own = past.own if itself else _own_traits(past, asked)
    week = asked.in_week
    return np.column_stack(
        [
            own,
            _same_day(past, asked, own),
            past.capacity_l[asked.bin_row],
            week // DAY_H,
            week % DAY_H,
            *_strayed(past, asked.at_s),
        ]
    )


def usual_pct(known: Array) -> Array:
    """What a bin is expected to be found at by its own collections of like waits alone, 0 to 100, from `traits`."""
    return np.clip(known[:, OWN.index("like_wait")], 0.0, 100.0)


def usual_share_full(known: Array) -> Array:
    """How often a bin is expected to be found full by the same, 0 to 1, from `traits`."""
    return known[:, OWN.index("like_wait_full")]


def learnable(past: Past) -> tuple[Array, Array]:
    """What was known before each collection that told how full the bin was, but for the very first, and what it found."""
    known = traits(past, Asked(past.bin_row, past.at_s))
    rows = np.flatnonzero(~np.isnan(past.found_pct) & ~np.isnan(usual_pct(known)))
    return known[rows], past.found_pct[rows]


def _own_traits(past: Past, asked: Asked) -> Array:
    """The traits of `OWN`: counts, points of fill, hours, the wait in usual waits, and a share."""
    town = past.town_means(asked.at_s)
    found = np.full((len(asked.at_s), len(OWN)), np.nan)
    in_turn = np.argsort(asked.bin_row, kind="stable")
    for places in np.split(in_turn, np.flatnonzero(np.diff(asked.bin_row[in_turn])) + 1):
        if len(places):
            rows = past.rows_of[asked.bin_row[places[0]]]
            found[places] = _of_one(past.at_s[rows], past.found_pct[rows], asked.at_s[places], town[places])
    return found


def _of_one(at_s: Array, found_pct: Array, asked_s: Array, town: Array) -> Array:
    """One bin's own traits at some moments, from its collections in time order."""
    wait_h = np.diff(at_s, prepend=np.nan) / HOUR_S
    before = at_s < asked_s[:, None]
    told, timed = before & ~np.isnan(found_pct), before & ~np.isnan(found_pct) & ~np.isnan(wait_h)
    count = told.sum(axis=1)
    pct, hours = np.nan_to_num(found_pct), np.nan_to_num(wait_h)
    full = (pct >= FULL_PCT).astype(float)
    mean, mean_full = (_drawn(told @ each, count, TOWN_WEIGHT, town[:, k]) for k, each in enumerate((pct, full)))
    last_at_s = np.max(np.where(before, at_s, -np.inf), axis=1, initial=-np.inf)
    wait = np.where(np.isfinite(last_at_s), (asked_s - last_at_s) / HOUR_S, np.nan)
    recent = told * 0.5 ** ((count[:, None] - np.cumsum(told, axis=1)) / RECENT_HALF_LIFE)
    like = timed * np.exp(-0.5 * ((np.log(hours + SHORTEST_H) - np.log(wait + SHORTEST_H)[:, None]) / WAIT_WIDTH) ** 2)
    like = np.nan_to_num(like)
    alike = like.sum(axis=1)
    usual_wait = _median(np.where(before & ~np.isnan(wait_h), wait_h, np.nan))
    of_told = np.where(told, found_pct, np.nan)
    return np.column_stack(
        [
            count,
            mean,
            _last(told, pct),
            _median(of_told),
            _spread(of_told),
            wait,
            usual_wait,
            wait / np.where(usual_wait > 0, usual_wait, np.nan),
            _drawn(like @ pct, alike, LIKE_WAIT_WEIGHT, mean),
            _drawn(like @ full, alike, LIKE_WAIT_WEIGHT, mean_full),
            _by_rate(timed.astype(float), pct, hours, wait),
            _by_rate(timed * recent, pct, hours, wait),
        ]
    )


def _drawn(summed: Array, weight: Array, more: float, towards: Array) -> Array:
    """The mean of what was summed with so much weight, drawn towards another as if that weighed `more`."""
    return np.asarray((summed + more * towards) / (weight + more))


def _by_rate(weight: Array, pct: Array, hours: Array, wait_h: Array) -> Array:
    """Points that the wait would bring at the rate of these collections; NaN without any."""
    over = weight @ hours
    return np.minimum(np.where(over > 0, weight @ pct / np.where(over > 0, over, 1.0), np.nan) * wait_h, MOST_EXPECTED_PCT)


def _last(told: NDArray[np.bool_], pct: Array) -> Array:
    """The last of each row's, NaN where there is none."""
    if not told.shape[1]:
        return np.full(len(told), np.nan)
    newest = told.shape[1] - 1 - np.argmax(told[:, ::-1], axis=1)
    return np.where(told.any(axis=1), pct[newest], np.nan)


def _median(table: Array) -> Array:
    """Each row's median, NaN for a row of nothing but NaN."""
    known = (~np.isnan(table)).sum(axis=1)
    if not table.shape[1]:
        return np.full(len(table), np.nan)
    in_order = np.sort(table, axis=1)  # NaN come last
    row, middle = np.arange(len(table)), np.maximum(known - 1, 0)
    return np.where(known > 0, (in_order[row, middle // 2] + in_order[row, np.maximum(known, 1) // 2]) / 2, np.nan)


def _spread(table: Array) -> Array:
    """Each row's standard deviation, NaN for a row of fewer than three."""
    known = (~np.isnan(table)).sum(axis=1)
    mean = np.nansum(table, axis=1) / np.maximum(known, 1)
    variance = np.nansum((table - mean[:, None]) ** 2, axis=1) / np.maximum(known, 1)
    return np.where(known > 2, np.sqrt(variance), np.nan)


def _same_day(past: Past, asked: Asked, own: Array) -> Array:
    """What the bin was found at on the same day of the week, drawn towards its own mean."""
    mean = own[:, OWN.index("mean")]
    day, past_day = asked.in_week // DAY_H, hours_of_week(past.at_s) // DAY_H
    order = np.lexsort((past.at_s[past.told], past_day[past.told], past.bin_row[past.told]))
    rows = past.told[order]
    key = past.bin_row[rows] * 7 + past_day[rows]
    summed = np.concatenate(([0.0], np.cumsum(past.found_pct[rows])))
    latest = max(float(past.at_s[-1]) if len(past.at_s) else 0.0, float(np.max(asked.at_s, initial=0.0))) + 1.0
    place = key * latest + past.at_s[rows]
    asked_key = asked.bin_row * 7 + day
    first, until = np.searchsorted(place, asked_key * latest), np.searchsorted(place, asked_key * latest + asked.at_s)
    return np.asarray((summed[until] - summed[first] + SAME_DAY_WEIGHT * mean) / (until - first + SAME_DAY_WEIGHT))


def _strayed(past: Past, at_s: Array) -> list[Array]:
    """How far all bins collected in the hours before strayed from their means: the weather, and how this round goes."""
    when, strayed = past.at_s[past.told], np.nan_to_num(past.strayed_pct[past.told])
    summed = np.concatenate(([0.0], np.cumsum(strayed)))
    until = np.searchsorted(when, at_s)
    columns = []
    for hours in STRAYED_OVER_H:
        first = np.searchsorted(when, at_s - hours * HOUR_S)
        columns.append((summed[until] - summed[first]) / (until - first + STRAYED_WEIGHT))
    return columns
