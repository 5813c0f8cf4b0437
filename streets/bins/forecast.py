"""When a bin will be full: its habit run forward from the last reading.

The rise until a time is taken as gamma distributed, since litter only adds up: its mean is the habit's, its variance the
habit's spread times that mean, plus a share for not knowing the rate and the sensor's own noise. The chance to be full by
a time is the chance that the rise has used up what was left (first passage of a gamma process; van Noortwijk 2009,
"A survey of the application of gamma processes in maintenance", Reliability Engineering & System Safety 94).

Where the council's trees (`streets.bins.trees`) have told how far the bin will have risen after some hours, the habit only gives
the hours between their shape, and the chances come from the trees' interval: the rise is then taken as a two-piece normal with
the trees' middle as its median, as for fan charts (Britton, Fisher and Whitley 1998, Bank of England Quarterly Bulletin 38).

A silent bin goes on filling by its habit from the last reading on; and the longer the silence, the likelier that somebody has
emptied it unseen, so that its forecast is a mixture of both stories and its interval widens. What it holds now may also have
settled or been misheard, so that this interval is of normal rises, which may be falls; a day's straying is mostly taken back.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincc, ndtr

from streets.bins.habits import HOUR_S, Array, Habit, hours_of_week

HORIZON_H = 28 * 24
FULL_BY_H = tuple(range(0, 8 * 24 + 1, 12))
"""Hours ahead for which the chance of being full and the fill are kept: until a round of this day next week has come, and
another could have."""
RATE_DOUBT = 0.2
"""Standard deviation of the rate itself, as a share of it: next week is not last month."""
NOISE_PCT = 2.0
SPREAD_KEPT = 0.35
"""The share of a day's variance that adds up over days."""
FULL_PCT = 100.0
UNSEEN_EMPTYINGS = 8
"""Moments at which an unseen emptying is imagined, spread over the silence."""
EARLY, MIDDLE, LATE = 0.1, 0.5, 0.9
CHANCE_DIGITS = 6
"""More would be no truer, and a chance of 1e-80 is none that a database's real can hold."""
FILLS_PCT = np.arange(0.0, 101.0)
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

    Fills are of now, 0 to 100; `low_fill_pct` to `high_fill_pct` holds 80 per cent, and so does `full_at_early_s` to
    `full_at_late_s`. A time equal to now says that it may be full already. `full_by` are the chances that it is full by each of
    `FULL_BY_H` hours on if nobody empties it, and `fill_by_pct` its fills then, each as low, middle and high; None where only
    its fill now is told of.
    """

    expected_fill_pct: float
    low_fill_pct: float
    high_fill_pct: float
    full_at_early_s: float | None
    full_at_s: float | None
    full_at_late_s: float | None
    full_by: tuple[float, ...]
    fill_by_pct: tuple[tuple[float, float, float], ...] | None = None

    @property
    def overflow_24h(self) -> float:
        """The chance that it is full within a day."""
        return self.full_by[FULL_BY_H.index(24)]


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
        risen = np.maximum(middle, 0.0)
        fills = last.fill_pct + np.column_stack([np.minimum(low, risen), risen, np.maximum(high, risen)])[list(FULL_BY_H)]
        return outlook_of(ahead_s, np.maximum.accumulate(chance), fills[0, 0], fills[0, 1], fills[0, 2], fills)
    risen = expected_rise_pct(habit, last.at_s, ahead_s)
    expected, chance = last.fill_pct + risen, _chance(habit, risen, FULL_PCT - last.fill_pct)
    above = _above(habit, last.fill_pct, risen[list(FULL_BY_H)])
    if silent_emptied_every_h is not None and now_s > last.at_s:
        silence_h = (now_s - last.at_s) / HOUR_S
        untouched = float(np.exp(-silence_h / silent_emptied_every_h))
        emptied = _if_emptied_unseen(habit, ahead_s, min(silence_h, silent_emptied_every_h))
        expected = untouched * np.minimum(expected, FULL_PCT) + (1 - untouched) * emptied.expected_pct
        chance = untouched * chance + (1 - untouched) * emptied.chance
        above = untouched * above + (1 - untouched) * emptied.above
    low, high = (FILLS_PCT[(above >= share).sum(axis=1) - 1] for share in (LATE, EARLY))
    fills = np.column_stack([low, expected[list(FULL_BY_H)], high])
    return outlook_of(ahead_s, chance, fills[0, 0], fills[0, 1], fills[0, 2], fills)


def outlook_of(
    ahead_s: Array, chance: Array, low_pct: float, expected_pct: float, high_pct: float, fills_by_pct: Array | None = None
) -> Outlook:
    """An outlook from the chances to be full by each hour of `ahead_s`, which never fall, the fill of the first, and the fills
    of FULL_BY_H hours on (hours x low, middle and high), all unclamped."""
    early, middle, late = (_first(ahead_s, chance, share) for share in (EARLY, MIDDLE, LATE))
    expected_pct, low_pct, high_pct = (float(min(max(each, 0.0), FULL_PCT)) for each in (expected_pct, low_pct, high_pct))
    fills = None if fills_by_pct is None else np.clip(fills_by_pct, 0.0, FULL_PCT).round(1).tolist()
    return Outlook(
        expected_pct,
        low_pct,
        high_pct,
        early,
        middle,
        late,
        tuple(round(float(chance[hour]), CHANCE_DIGITS) for hour in FULL_BY_H),
        None if fills is None else tuple((low, middle, high) for low, middle, high in fills),
    )


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
    """The chance that the rise, `risen_pct` on average, is at least `left_pct`; it never falls with the time."""
    return np.asarray(np.maximum.accumulate(chance_to_rise(habit.spread_pct, risen_pct, left_pct)))


def chance_to_rise(spread_pct: float, risen_pct: Array, at_least_pct: float) -> Array:
    """The chances that rises of `risen_pct` on average are at least `at_least_pct`, for a bin of that spread (see Habit)."""
    mean = np.maximum(risen_pct, 1e-6)
    variance = spread_pct * mean + (RATE_DOUBT * mean) ** 2 + NOISE_PCT**2
    return np.asarray(gammaincc(mean**2 / variance, max(at_least_pct, 0.0) * mean / variance))


def _above(habit: Habit, fill_pct: float, risen_pct: Array) -> Array:
    """The chances that a bin that held `fill_pct` and rose by `risen_pct` on average holds at least each of FILLS_PCT."""
    variance = SPREAD_KEPT * habit.spread_pct * risen_pct + (RATE_DOUBT * risen_pct) ** 2 + NOISE_PCT**2
    above = ndtr((fill_pct + risen_pct[:, None] - FILLS_PCT) / np.sqrt(variance)[:, None])
    above[:, 0] = 1.0  # no bin holds less than nothing
    return np.asarray(above)


@dataclass(frozen=True, slots=True)
class _Emptied:
    """Of a bin emptied unseen by each hour: its expected fill, its chance to be full; and by FULL_BY_H to hold each fill."""

    expected_pct: Array
    chance: Array
    above: Array


def _if_emptied_unseen(habit: Habit, ahead_s: Array, within_h: float) -> _Emptied:
    """The outlook from the first of `ahead_s` if the bin was emptied some time in the last `within_h`."""
    starts_s = ahead_s[0] - (np.arange(UNSEEN_EMPTYINGS) + 0.5) / UNSEEN_EMPTYINGS * within_h * HOUR_S
    rises = [expected_rise_pct(habit, float(start_s), ahead_s) for start_s in starts_s]
    expected_pct = np.mean([np.minimum(habit.left_pct + risen, FULL_PCT) for risen in rises], axis=0)
    chance = np.mean([_chance(habit, risen, FULL_PCT - habit.left_pct) for risen in rises], axis=0)
    above = np.mean([_above(habit, habit.left_pct, risen[list(FULL_BY_H)]) for risen in rises], axis=0)
    return _Emptied(expected_pct, chance, above)


def _first(ahead_s: Array, chance: Array, share: float) -> float | None:
    reached = chance >= share
    return float(ahead_s[np.argmax(reached)]) if reached.any() else None
