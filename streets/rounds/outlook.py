"""What is expected of a bin at a time of today or of a day to come: its fill, and whether it is full by then.

The time at which a measured bin is full is taken as a two-piece normal distribution whose 10th and 90th percentiles are the
forecast's early and late bound. Where the sensor says nothing that can be used (silent, not measurable, unsuited to its bin,
none) the probability is what the bin's history gives, wide as it is. Of a bin that a round of a day before will have emptied
only its usual rise tells.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from streets.bins.forecast import FULL_BY_H, FULL_PCT, chance_to_rise

TENTH_PERCENTILE_SD = 1.2816
FORECAST_LASTS = timedelta(hours=24)
"""What was told before says nothing of what happened since: bins are told of every few minutes."""
LOOKS_AHEAD = timedelta(hours=FULL_BY_H[-1])
TOLD_EVERY_H = FULL_BY_H[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class BinToday:
    """A bin as last understood. `state` is None where no reading of it was ever looked at, `reason` why it is not measurable.

    `full_by` are the chances that it is full by 0, 12, 24 … hours after `computed_at` if nobody empties it, and `low_by_pct` to
    `high_by_pct` its fills then; None where it has no history. `visit_before` is when a round of a day before will empty it, from
    when on its usual rise (`rise_pct_per_h`, `spread_pct`) tells of it.
    """

    bin_id: str
    name: str
    lat: float
    lon: float
    capacity_l: float
    visit_every_days: float
    state: str | None
    reason: str | None
    fill_pct: float | None
    observed_at: datetime | None
    last_emptied_at: datetime | None
    rise_pct_per_h: float | None
    full_at: datetime | None
    full_at_early: datetime | None
    full_at_late: datetime | None
    overflow_24h: float | None
    computed_at: datetime | None
    expected_low_pct: float | None = None
    expected_high_pct: float | None = None
    full_by: Sequence[float] | None = None
    low_by_pct: Sequence[float] | None = None
    middle_by_pct: Sequence[float] | None = None
    high_by_pct: Sequence[float] | None = None
    spread_pct: float | None = None
    left_pct: float | None = None
    visit_before: datetime | None = None


def load_l(bin_: BinToday, at: datetime) -> float:
    """The litres that a visit is expected to find."""
    if bin_.visit_before is not None:
        hours = max(0.0, (at - bin_.visit_before).total_seconds() / 3600)
        return bin_.capacity_l * min(100.0, (bin_.left_pct or 0.0) + (bin_.rise_pct_per_h or 0.0) * hours) / 100
    return bin_.capacity_l * _measured_pct_at(bin_, at) / 100 if bin_.state == "measured" else _load_by_history_l(bin_, at)


def _load_by_history_l(bin_: BinToday, at: datetime) -> float:
    """The litres that it then holds nine times in ten at most: a vehicle must not meet it with too little space."""
    told_pct = _told_by(bin_, bin_.high_by_pct, at)
    if told_pct is not None:
        return bin_.capacity_l * told_pct / 100
    if bin_.expected_high_pct is None or bin_.computed_at is None:
        return bin_.capacity_l
    hours = max(0.0, (at - bin_.computed_at).total_seconds() / 3600)
    return bin_.capacity_l * min(100.0, bin_.expected_high_pct + (bin_.rise_pct_per_h or 0.0) * hours) / 100


def then_pct(bin_: BinToday, service_date: date, at: datetime) -> tuple[float, float] | None:
    """Between what fills it will be four times in five, if that is told of a day to come."""
    if bin_.visit_before is not None or bin_.computed_at is None or bin_.computed_at.astimezone(at.tzinfo).date() >= service_date:
        return None
    low, high = _told_by(bin_, bin_.low_by_pct, at), _told_by(bin_, bin_.high_by_pct, at)
    return None if low is None or high is None else (low, high)


def overflow(bin_: BinToday, before: datetime, at: datetime) -> float | None:
    """The probability that the bin is full before a time, or None where nothing usable is known at `at`."""
    if bin_.computed_at is None or at - bin_.computed_at > FORECAST_LASTS or before - bin_.computed_at > LOOKS_AHEAD:
        return None
    if bin_.visit_before is not None:
        return _overflow_once_emptied(bin_, bin_.visit_before, before)
    return _overflow_measured(bin_, before) if bin_.state == "measured" else _told_by(bin_, bin_.full_by, before)


def _overflow_once_emptied(bin_: BinToday, emptied_at: datetime, before: datetime) -> float | None:
    """By its usual rise from what an emptying usually leaves."""
    if bin_.rise_pct_per_h is None or bin_.spread_pct is None:
        return None
    risen_pct = bin_.rise_pct_per_h * max(0.0, (before - emptied_at).total_seconds() / 3600)
    return float(chance_to_rise(bin_.spread_pct, np.array(risen_pct), FULL_PCT - (bin_.left_pct or 0.0)))


def _told_by(bin_: BinToday, told: Sequence[float] | None, at: datetime) -> float | None:
    """What is told for some hours ahead, at a time: evenly between them; None beyond the last."""
    if not told or bin_.computed_at is None:
        return None
    steps = max(0.0, (at - bin_.computed_at).total_seconds() / 3600 / TOLD_EVERY_H)
    first = int(steps)
    if steps > len(told) - 1:
        return None
    last = min(first + 1, len(told) - 1)
    return told[first] + (told[last] - told[first]) * (steps - first)


def _overflow_measured(bin_: BinToday, before: datetime) -> float | None:
    """By the forecast time at which it is full."""
    if bin_.fill_pct is None:
        return None
    if bin_.fill_pct >= 100:
        return 1.0
    if bin_.full_at is None:
        told = _told_by(bin_, bin_.full_by, before)
        return bin_.overflow_24h if told is None else told
    bound = bin_.full_at_early if before < bin_.full_at else bin_.full_at_late
    spread_s = abs((bin_.full_at - bound).total_seconds()) / TENTH_PERCENTILE_SD if bound is not None else 0.0
    late_s = (before - bin_.full_at).total_seconds()
    if spread_s == 0:
        return 1.0 if late_s >= 0 else 0.0
    return 0.5 * (1 + math.erf(late_s / spread_s / math.sqrt(2)))


def _measured_pct_at(bin_: BinToday, at: datetime) -> float:
    """The fill expected at a time: as told, else the last one measured and its rise since, at most full."""
    told_pct = _told_by(bin_, bin_.middle_by_pct, at)
    if told_pct is not None:
        return told_pct
    hours = max(0.0, (at - bin_.observed_at).total_seconds() / 3600) if bin_.observed_at is not None else 0.0
    return min(100.0, max(0.0, (bin_.fill_pct or 0.0) + (bin_.rise_pct_per_h or 0.0) * hours))
