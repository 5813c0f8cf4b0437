"""What each bin needs on a day: the probability that it overflows before the next visit, or its turn on the fixed schedule.

The time at which a measured bin is full is taken as a two-piece normal distribution whose 10th and 90th percentiles are the
forecast's early and late bound. Where the sensor says nothing that can be used (silent, not measurable, unsuited to its bin,
none) the probability is what the bin's history gives, wide as it is, and the reason says so. A bin without a history falls back
to its schedule: not known is never empty.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from streets.rounds.orders import Ordered

TENTH_PERCENTILE_SD = 1.2816
NEGLIGIBLE_PROBABILITY = 0.01
LIKELY_PROBABILITY = 0.5
FORECAST_LASTS = timedelta(hours=24)
HISTORY_TOLD_EVERY_H = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class BinToday:
    """A bin as last understood. `state` is None where no reading of it was ever looked at, `reason` why it is not measurable.

    `full_by` are the chances that it is full by 0, 12, 24 … hours after `computed_at`; None where it has no history.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Why a bin may be visited, or why not, in the words of round_stop.why and round_left_out.why.

    `overflow` is the probability of overflowing before the next visit, None where the schedule decides.
    """

    wanted: bool
    why: str
    overflow: float | None
    load_l: float
    ordered: Ordered | None = None

    @property
    def must(self) -> bool:
        """Whether an order or an alarm has it visited, whatever it is worth."""
        return self.ordered is not None and self.ordered.must

    def as_seen_overflowing(self, capacity_l: float) -> "Need":
        """The need of a bin that a crew saw overflowing: whatever its sensor says, it is full."""
        return replace(self, wanted=True, why="seen_overflowing", overflow=1.0, load_l=capacity_l)

    def as_ordered(self, ordered: Ordered | None) -> "Need":
        """The same need under an order or an alarm, which outweighs the reason it had."""
        if ordered is None:
            return self
        why = f"must_{ordered.why}" if ordered.must else "cannot"
        return replace(self, wanted=ordered.must, why=why, ordered=ordered)


def need(bin_: BinToday, service_date: date, last_emptied_on: date | None, visit_at: datetime) -> Need:
    """What a bin needs of a visit at about `visit_at`; the next would be a day later. `last_emptied_on` is a local date."""
    overflow = _overflow(bin_, visit_at + timedelta(days=1))
    if overflow is None:
        return _by_schedule(bin_, service_date, last_emptied_on)
    load_l = (
        bin_.capacity_l * _fill_pct_at(bin_, visit_at) / 100 if bin_.state == "measured" else _load_by_history_l(bin_, visit_at)
    )
    if overflow < NEGLIGIBLE_PROBABILITY:
        recently = last_emptied_on is not None and (service_date - last_emptied_on).days <= 1
        return Need(wanted=False, why="recently_emptied" if recently else "not_worth_it", overflow=overflow, load_l=load_l)
    why = "likely_full" if overflow >= LIKELY_PROBABILITY else "on_the_way"
    why = why if bin_.state == "measured" else f"history_{_silence(bin_)}"
    return Need(wanted=True, why=why, overflow=overflow, load_l=load_l)


def _by_schedule(bin_: BinToday, service_date: date, last_emptied_on: date | None) -> Need:
    """Due when as many days as the schedule allows have passed since the last known emptying, or none is known.

    The load is not known, so that the bin is taken as full: a vehicle must not meet it with too little space.
    """
    due = last_emptied_on is None or (service_date - last_emptied_on).days >= bin_.visit_every_days
    return Need(wanted=due, why=f"scheduled_{_silence(bin_)}" if due else "not_due", overflow=None, load_l=bin_.capacity_l)


def _silence(bin_: BinToday) -> str:
    """Why there is no figure of its sensor's, as the end of a reason's name."""
    if bin_.reason == "unsuitable":
        return "unsuitable"
    return bin_.state if bin_.state in ("silent", "not_measurable", "no_sensor") else "no_forecast"


def _load_by_history_l(bin_: BinToday, at: datetime) -> float:
    """The litres that it then holds nine times in ten at most: a vehicle must not meet it with too little space."""
    if bin_.expected_high_pct is None or bin_.computed_at is None:
        return bin_.capacity_l
    hours = max(0.0, (at - bin_.computed_at).total_seconds() / 3600)
    return bin_.capacity_l * min(100.0, bin_.expected_high_pct + (bin_.rise_pct_per_h or 0.0) * hours) / 100


def _overflow(bin_: BinToday, before: datetime) -> float | None:
    """The probability that the bin is full before a time, or None where nothing usable is known."""
    if bin_.computed_at is None or before - bin_.computed_at > FORECAST_LASTS + timedelta(days=1):
        return None
    return _overflow_measured(bin_, before) if bin_.state == "measured" else _overflow_by_history(bin_, before, bin_.computed_at)


def _overflow_by_history(bin_: BinToday, before: datetime, computed_at: datetime) -> float | None:
    """By the chances told for some hours ahead, and evenly between them."""
    if not bin_.full_by:
        return None
    steps = max(0.0, (before - computed_at).total_seconds() / 3600 / HISTORY_TOLD_EVERY_H)
    first = min(int(steps), len(bin_.full_by) - 1)
    last = min(first + 1, len(bin_.full_by) - 1)
    return bin_.full_by[first] + (bin_.full_by[last] - bin_.full_by[first]) * min(1.0, steps - first)


def _overflow_measured(bin_: BinToday, before: datetime) -> float | None:
    """By the forecast time at which it is full."""
    if bin_.fill_pct is None:
        return None
    if bin_.fill_pct >= 100:
        return 1.0
    if bin_.full_at is None:
        return bin_.overflow_24h
    bound = bin_.full_at_early if before < bin_.full_at else bin_.full_at_late
    spread_s = abs((bin_.full_at - bound).total_seconds()) / TENTH_PERCENTILE_SD if bound is not None else 0.0
    late_s = (before - bin_.full_at).total_seconds()
    if spread_s == 0:
        return 1.0 if late_s >= 0 else 0.0
    return 0.5 * (1 + math.erf(late_s / spread_s / math.sqrt(2)))


def _fill_pct_at(bin_: BinToday, at: datetime) -> float:
    """The fill expected at a time: the last one measured and its rise since, at most full."""
    hours = max(0.0, (at - bin_.observed_at).total_seconds() / 3600) if bin_.observed_at is not None else 0.0
    return min(100.0, max(0.0, (bin_.fill_pct or 0.0) + (bin_.rise_pct_per_h or 0.0) * hours))
