"""When a bin will be full: its habit run forward from the last reading.

The rise until a time is taken as gamma distributed, since litter only adds up: its mean is the habit's, its variance the
habit's spread times that mean, plus a share for not knowing the rate and the sensor's own noise. The chance to be full by
a time is the chance that the rise has used up what was left (first passage of a gamma process; van Noortwijk 2009,
"A survey of the application of gamma processes in maintenance", Reliability Engineering & System Safety 94).

A silent bin goes on filling by its habit from the last reading on; and the longer the silence, the likelier that somebody has
emptied it unseen, so that its forecast is a mixture of both stories and its interval widens.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincc

from streets.bins.habits import HOUR_S, Array, Habit, hours_of_week

HORIZON_H = 28 * 24
RATE_DOUBT = 0.2
"""Standard deviation of the rate itself, as a share of it: next week is not last month."""
NOISE_PCT = 2.0
FULL_PCT = 100.0
UNSEEN_EMPTYINGS = 8
"""Moments at which an unseen emptying is imagined, spread over the silence."""
EARLY, MIDDLE, LATE = 0.1, 0.5, 0.9


@dataclass(frozen=True, slots=True)
class Level:
    """The last fill measured, clamped below at 0, and its Unix second."""

    fill_pct: float
    at_s: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is expected of a bin; times are Unix seconds, None: later than the horizon of four weeks.

    `full_at_early_s` to `full_at_late_s` holds 80 per cent. A time equal to now says that it may be full already.
    """

    expected_fill_pct: float
    full_at_early_s: float | None
    full_at_s: float | None
    full_at_late_s: float | None
    overflow_24h: float


def expected_rise_pct(habit: Habit, from_s: float, to_s: Array) -> Array:
    """Points by which the bin is expected to rise from `from_s` until each Unix second of `to_s` (0 for those before it)."""
    first = from_s // HOUR_S
    edges_s = np.arange(first, max(float(np.max(to_s)), from_s) // HOUR_S + 2) * HOUR_S
    climbed = np.concatenate(([0.0], np.cumsum(habit.rise_pct_per_h[hours_of_week(edges_s[:-1])])))
    return np.asarray(np.maximum(np.interp(to_s, edges_s, climbed) - np.interp(from_s, edges_s, climbed), 0.0))


def look_ahead(habit: Habit, last: Level, now_s: float, silent_emptied_every_h: float | None = None) -> Outlook:
    """What to expect of a bin at and after `now_s`.

    `silent_emptied_every_h` is given for a silent bin: the mean hours between its emptyings, by which it may have been
    emptied unseen since the last reading. None: every emptying would have been seen.
    """
    ahead_s = now_s + np.arange(HORIZON_H + 1) * float(HOUR_S)
    risen = expected_rise_pct(habit, last.at_s, ahead_s)
    expected, chance = last.fill_pct + risen[0], _chance(habit, risen, FULL_PCT - last.fill_pct)
    if silent_emptied_every_h is not None and now_s > last.at_s:
        silence_h = (now_s - last.at_s) / HOUR_S
        untouched = float(np.exp(-silence_h / silent_emptied_every_h))
        since_emptied, chance_emptied = _if_emptied_unseen(habit, ahead_s, min(silence_h, silent_emptied_every_h))
        expected = untouched * min(expected, FULL_PCT) + (1 - untouched) * since_emptied
        chance = untouched * chance + (1 - untouched) * chance_emptied
    early, middle, late = (_first(ahead_s, chance, share) for share in (EARLY, MIDDLE, LATE))
    return Outlook(float(min(expected, FULL_PCT)), early, middle, late, float(chance[24]))


def _chance(habit: Habit, risen_pct: Array, left_pct: float) -> Array:
    """The chance that the rise, `risen_pct` on average, is at least `left_pct`."""
    return np.asarray(np.maximum.accumulate(chance_of_rise(habit, risen_pct, np.full_like(risen_pct, left_pct))))


def chance_of_rise(habit: Habit, expected_pct: Array, at_least_pct: Array) -> Array:
    """The chance that a rise of `expected_pct` on average is at least `at_least_pct` (1 where that is nothing), one by one."""
    mean = np.maximum(expected_pct, 1e-6)
    variance = habit.spread_pct * mean + (RATE_DOUBT * mean) ** 2 + NOISE_PCT**2
    return np.asarray(gammaincc(mean**2 / variance, np.maximum(at_least_pct, 0.0) * mean / variance))


def _if_emptied_unseen(habit: Habit, ahead_s: Array, within_h: float) -> tuple[float, Array]:
    """Expected fill at the first of `ahead_s`, and chance to be full at each, if emptied some time in the last `within_h`."""
    starts_s = ahead_s[0] - (np.arange(UNSEEN_EMPTYINGS) + 0.5) / UNSEEN_EMPTYINGS * within_h * HOUR_S
    rises = [expected_rise_pct(habit, float(start_s), ahead_s) for start_s in starts_s]
    expected = float(np.mean([min(risen[0], FULL_PCT) for risen in rises]))
    return expected, np.mean([_chance(habit, risen, FULL_PCT) for risen in rises], axis=0)


def _first(ahead_s: Array, chance: Array, share: float) -> float | None:
    reached = chance >= share
    return float(ahead_s[np.argmax(reached)]) if reached.any() else None
