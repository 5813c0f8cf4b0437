"""The fixed schedule, tuned as no council could: each bin's interval from its true rate and rhythm, at the price of an overflow.

A bin's overflows at each interval are reckoned on half a year of litter of its own kind: the same rate, weekdays, markets and
matches, but other chance than the contest's. The interval taken is the cheapest, visits and overflows together. Bins of
one interval are shared out to days by a sweep round the town (Gillett and Miller 1974), so that every day has as much work and
its stops lie together.
"""

from collections.abc import Mapping, Sequence
from math import atan2

import numpy as np
from numpy.typing import NDArray

from bench.contest.town import midnight
from simulators.bins import Bin
from simulators.litter import HEAPED, MISSED_VISITS, Litter
from simulators.rhythms import Floats

INTERVALS = tuple(range(1, 22))
REFERENCE_DAYS = 182
OTHER_SEED = 9_000
VISIT_PENCE = 170.0
"""One more stop on a round that passes near by: a minute and a half of work and some 20 s and 150 m of way."""
VISIT_H, LOOKED_AT_UNTIL_H = 8.5, 21.0
"""UTC hours of a visit in the middle of the shift, and until when a full bin counts."""


def overflow_shares(seed: int, bins: Sequence[Bin]) -> Floats:
    """The share of days on which each bin is full at each of INTERVALS: bins x intervals."""
    litter, luck = Litter(OTHER_SEED + seed, tuple(bins)), np.random.default_rng(OTHER_SEED + seed)
    came = np.array([
        [np.interp((VISIT_H, LOOKED_AT_UNTIL_H, 24.0), np.arange(25.0), one.came_in) for one in day.values()]
        for day in (litter.next_day(number, midnight(number), {}) for number in range(REFERENCE_DAYS))
    ])  # fmt: skip
    reached = luck.random(came.shape[:2]) >= MISSED_VISITS
    capacity, residue = (np.array([getattr(one, name) for one in bins], dtype=float) for name in ("capacity_l", "residue_l"))
    shares = [
        np.mean([overflowing(came, reached, capacity, residue, every, first) for first in range(every)], axis=0)
        for every in INTERVALS
    ]
    return np.array(shares).T


def overflowing(came: Floats, reached: NDArray[np.bool_], capacity: Floats, residue: Floats, every: int, first: int) -> Floats:
    """The share of days on which each bin is full, emptied on each day whose number leaves `first` when divided by `every`."""
    held, full = residue.copy(), np.zeros(len(capacity))
    for number in range(len(came)):
        by_visit, by_evening, by_midnight = came[number].T
        found = np.minimum(held + by_visit, HEAPED * capacity)
        emptied = reached[number] & (number % every == first)
        start = np.where(emptied, residue - by_visit, held)
        evening = np.minimum(start + by_evening, HEAPED * capacity)
        full += (evening >= capacity) | (emptied & (found >= capacity))
        held = np.minimum(start + by_midnight, HEAPED * capacity)
    return full / len(came)


def intervals(bins: Sequence[Bin], shares: Floats, pence_per_overflow: float) -> dict[str, int]:
    """The interval in days, one of INTERVALS, that costs least for each bin; `shares` as `overflow_shares` has them."""
    cost = VISIT_PENCE / np.array(INTERVALS) + pence_per_overflow * shares
    return {one.bin_id: INTERVALS[best] for one, best in zip(bins, np.argmin(cost, axis=1), strict=True)}


def first_days(bins: Sequence[Bin], every_days: Mapping[str, int]) -> dict[str, int]:
    """On which day each bin is visited first, 0 to its interval - 1."""
    middle = np.mean([one.point for one in bins], axis=0)
    first = {}
    for every in set(every_days.values()):
        group = [one for one in bins if every_days[one.bin_id] == every]
        group.sort(key=lambda one: (atan2(one.point[1] - middle[1], one.point[0] - middle[0]), one.bin_id))
        first.update({one.bin_id: index * every // len(group) for index, one in enumerate(group)})
    return first
