"""When a bin will be full: its habit run forward from the last reading.

The rise until a time is taken as gamma distributed, since litter only adds up: its mean is the habit's, its variance the
habit's spread times that mean, plus a share for not knowing the rate and the sensor's own noise. The chance to be full by
a time is the chance that the rise has used up what was left (first passage of a gamma process; van Noortwijk 2009,
"A survey of the application of gamma processes in maintenance", Reliability Engineering & System Safety 94).

Where the council's trees (`streets.bins.trees`) have told how far the bin will have risen after some hours, the habit only gives
the hours between their shape, and the chances come from the trees' interval: the rise is then taken as a two-piece normal with
the trees' middle as its median, as for fan charts (Britton, Fisher and Whitley 1998, Bank of England Quarterly Bulletin 38).

A silent bin goes on filling by its habit from the last reading on; and the longer the silence, the likelier that somebody has
emptied it unseen, so that its forecast is a mixture of both stories and its interval widens.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincc, ndtr

from streets.bins.habits import HOUR_S, Array, Habit, hours_of_week

HORIZON_H = 28 * 24
RATE_DOUBT = 0.2
"""Standard deviation of the rate itself, as a share of it: next week is not last month."""
NOISE_PCT = 2.0
FULL_PCT = 100.0
UNSEEN_EMPTYINGS = 8
"""Moments at which an unseen emptying is imagined, spread over the silence."""
EARLY, MIDDLE, LATE = 0.1, 0.5, 0.9
TENTH_PERCENTILE_SD = 1.2816
LEAST_DOUBT_PCT = 0.5
LITTLE_PCT_PER_S = 1e-9


@dataclass(frozen=True, slots=True)
class Level:
    """The last fill measured, clamped below at 0, and its Unix second."""

    fill_pct: float
    at_s: float


@dataclass(frozen=True, slots=True)
class Rises:
    """What trees said at the Unix second `told_at_s` of a bin that is not emptied: points risen after each of `ahead_h` hours.

    `low_pct` to `high_pct` holds 80 per cent; all of one length, `ahead_h` ascending.
    """

    told_at_s: float
    ahead_h: Array
    low_pct: Array
    middle_pct: Array
    high_pct: Array


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


def look_ahead(
    habit: Habit, last: Level, now_s: float, silent_emptied_every_h: float | None = None, rises: Rises | None = None
) -> Outlook:
    """What to expect of a bin at and after `now_s`.

    `silent_emptied_every_h` is given for a silent bin: the mean hours between its emptyings, by which it may have been
    emptied unseen since the last reading. None: every emptying would have been seen. `rises` are what trees said of it lately,
    for a bin that is not silent and was not emptied since.
    """
    ahead_s = now_s + np.arange(HORIZON_H + 1) * float(HOUR_S)
    if rises is not None:
        low, middle, high = _since(habit, rises, last.at_s, ahead_s)
        chance = _chance_between(low, middle, high, FULL_PCT - last.fill_pct)
        return _outlook(ahead_s, last.fill_pct + max(middle[0], 0.0), np.maximum.accumulate(chance))
    risen = expected_rise_pct(habit, last.at_s, ahead_s)
    expected, chance = last.fill_pct + risen[0], _chance(habit, risen, FULL_PCT - last.fill_pct)
    if silent_emptied_every_h is not None and now_s > last.at_s:
        silence_h = (now_s - last.at_s) / HOUR_S
        untouched = float(np.exp(-silence_h / silent_emptied_every_h))
        since_emptied, chance_emptied = _if_emptied_unseen(habit, ahead_s, min(silence_h, silent_emptied_every_h))
        expected = untouched * min(expected, FULL_PCT) + (1 - untouched) * since_emptied
        chance = untouched * chance + (1 - untouched) * chance_emptied
    return _outlook(ahead_s, expected, chance)


def _outlook(ahead_s: Array, expected_pct: float, chance: Array) -> Outlook:
    early, middle, late = (_first(ahead_s, chance, share) for share in (EARLY, MIDDLE, LATE))
    return Outlook(float(min(expected_pct, FULL_PCT)), early, middle, late, float(chance[24]))


def _since(habit: Habit, rises: Rises, since_s: float, to_s: Array) -> tuple[Array, Array, Array]:
    """Low, middle and high of the rise from `since_s` until each of `to_s`, in the habit's shape between what the trees said.

    After their last hour the middle rises by the habit, and its distance from low and high grows with the root of the time.
    """
    told_s = rises.told_at_s + np.concatenate(([0.0], rises.ahead_h)) * HOUR_S
    every_s = np.concatenate(([max(since_s, rises.told_at_s)], to_s))
    way, told_way = _way(habit, rises.told_at_s, every_s), _way(habit, rises.told_at_s, told_s)
    low, middle, high = (
        np.interp(way, told_way, np.concatenate(([0.0], told))) for told in (rises.low_pct, rises.middle_pct, rises.high_pct)
    )
    later = np.sqrt(np.maximum(1.0, (every_s - told_s[0]) / (told_s[-1] - told_s[0])))
    below, above = (middle - low) * later, (high - middle) * later
    middle = middle - middle[0] + np.maximum(way - told_way[-1], 0.0)
    return (middle - below)[1:], middle[1:], (middle + above)[1:]


def _way(habit: Habit, from_s: float, to_s: Array) -> Array:
    """The habit's rise, and a little for each second: hours in which nothing rises must not share one place on the way."""
    return np.asarray(expected_rise_pct(habit, from_s, to_s) + np.maximum(to_s - from_s, 0.0) * LITTLE_PCT_PER_S)


def _chance_between(low: Array, middle: Array, high: Array, at_least_pct: float) -> Array:
    """The chance that a rise is at least `at_least_pct`, its distribution given by its 10th, 50th and 90th percentile."""
    if at_least_pct <= 0:
        return np.ones_like(middle)
    side = np.where(at_least_pct < middle, middle - low, high - middle) / TENTH_PERCENTILE_SD
    return np.asarray(ndtr((middle - at_least_pct) / np.maximum(side, LEAST_DOUBT_PCT)))


def _chance(habit: Habit, risen_pct: Array, left_pct: float) -> Array:
    """The chance that the rise, `risen_pct` on average, is at least `left_pct`."""
    mean = np.maximum(risen_pct, 1e-6)
    variance = habit.spread_pct * mean + (RATE_DOUBT * mean) ** 2 + NOISE_PCT**2
    return np.asarray(np.maximum.accumulate(gammaincc(mean**2 / variance, max(left_pct, 0.0) * mean / variance)))


def _if_emptied_unseen(habit: Habit, ahead_s: Array, within_h: float) -> tuple[float, Array]:
    """Expected fill at the first of `ahead_s`, and chance to be full at each, if emptied some time in the last `within_h`."""
    starts_s = ahead_s[0] - (np.arange(UNSEEN_EMPTYINGS) + 0.5) / UNSEEN_EMPTYINGS * within_h * HOUR_S
    rises = [expected_rise_pct(habit, float(start_s), ahead_s) for start_s in starts_s]
    expected = float(np.mean([min(risen[0], FULL_PCT) for risen in rises]))
    return expected, np.mean([_chance(habit, risen, FULL_PCT) for risen in rises], axis=0)


def _first(ahead_s: Array, chance: Array, share: float) -> float | None:
    reached = chance >= share
    return float(ahead_s[np.argmax(reached)]) if reached.any() else None
