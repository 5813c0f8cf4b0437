"""What happened at a bin, from what its sensor showed and what its crews told. Neither alone is believed blindly.

A fall of the level and a crew's word "emptied" near it are one emptying. Its time is the crew's where that lies between the two
readings that the fall lies between, since a phone's clock is good to minutes; else the sensor's, since crews tell some stops late
or at the end of the street. A fall that nobody told stands: another crew, a sack taken out. A word without a fall stands where
the sensor could not have seen it; where it did see, and three readings after the word are as high as those before, nobody emptied
this bin: the word was meant for another stop, or the sensor hears its own bracket. Either way an officer should look.

Each emptying depends on readings, falls and words within REACH_S of it and on nothing else, in whatever order they came.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from streets.bins.emptyings import LEAST_DROP_PCT, Emptying
from streets.bins.fill import clamped, nearest_quarter
from streets.bins.steps import FEWEST, Series

TOGETHER_S = 3 * 3600.0
"""A word so far from the readings beside a fall still belongs to it."""
LONGEST_S = 24 * 3600.0
"""A fall in a longer silence is not stretched further, either way, to find the word that belongs to it."""
REACH_S = 3 * 24 * 3600.0
"""More than twice the sum of the two: a word belongs to its nearest fall, and a fall takes its nearest word."""
PHONE_WITHIN_S = 600.0
"""A crew taps within so many seconds of the emptying where the sensor does not say otherwise."""
AGAIN_S = 1800.0
"""The same word so soon again is the same emptying, told by two phones or twice."""
BESIDE_S = 10 * 3600.0
"""Readings so near a word tell what the sensor saw then; three of a sensor that reports every four hours."""
SHOWS_PCT = 25.0
"""An emptying of a bin that held so much cannot be overlooked by a sensor that measures before and after it."""
APART_PCT = 25.0
"""Crews and sensors are both good for quarters: further apart than neighbouring quarters is a disagreement."""
LEFT_ALONE = ("not_full", "cannot_reach")


@dataclass(frozen=True, slots=True)
class Tap:
    """What a crew told at a bin, as in stop_event, and the fill in per cent, in quarters, where it was told."""

    at_s: float
    event: str
    observed_fill: int | None


@dataclass(frozen=True, slots=True)
class Visit:
    """A bin was emptied at `emptied_at_s` (Unix seconds), give or take `within_s` (None: nothing bounds it).

    `seen_by` is both, sensor or crew. Fills in per cent as measured; of the crew alone `fill_before_pct` is what it told.
    """

    emptied_at_s: float
    seen_by: str
    within_s: float | None
    fill_before_pct: float | None
    fill_after_pct: float | None
    told_fill_pct: int | None


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Where a crew's word `told` and the sensor differ.

    `what` is no_fall (told emptied, and it was not), left_over (told emptied, a quarter or more was left), fill_apart (its fill
    told and measured), fell_though_left (told not full or not reached, and emptied then) or full_though_left (told not full).
    """

    at_s: float
    what: str
    told: str
    told_fill_pct: int | None
    fill_before_pct: float | None
    fill_after_pct: float | None


@dataclass(frozen=True, slots=True)
class Account:
    """What happened at a bin, and where it is disputed; each in time order."""

    emptyings: list[Visit]
    disagreements: list[Disagreement]


@dataclass(frozen=True, slots=True)
class Levels:
    """A bin's measured fills: Unix seconds, ascending strictly, and per cent."""

    at_s: Series
    fill_pct: Series

    def beside(self, at_s: float) -> tuple[Series, Series]:
        """The nearest FEWEST fills before and after a moment, fewer where they are more than BESIDE_S away."""
        here = int(np.searchsorted(self.at_s, at_s))
        before, after = slice(max(0, here - FEWEST), here), slice(here, here + FEWEST)
        return (
            self.fill_pct[before][self.at_s[before] >= at_s - BESIDE_S],
            self.fill_pct[after][self.at_s[after] <= at_s + BESIDE_S],
        )


def account_of(falls: Sequence[Emptying], taps: Iterable[Tap], levels: Levels) -> Account:
    """What happened at a bin. `taps` are those that stand (nothing that was taken back), in any order, as `falls` are."""
    told = sorted(taps, key=lambda tap: (tap.at_s, tap.event, tap.observed_fill or 0))
    emptied = [tap for tap in told if tap.event == "emptied"]
    fall_of = {tap: _fall_of(tap, falls) for tap in emptied}
    in_order = sorted(falls, key=lambda fall: fall.emptied_at_s)
    words = {fall: _word_of(fall, [tap for tap in emptied if fall_of[tap] == fall]) for fall in in_order}
    alone = _once([tap for tap in emptied if fall_of[tap] is None])
    denied = {tap for tap in alone if _denies(tap, levels)}
    visits = [_seen(fall, tap) for fall, tap in words.items()] + [_unseen(tap) for tap in alone if tap not in denied]
    disputes = [_no_fall(tap, levels) for tap in denied]
    disputes += [dispute for fall, tap in words.items() if tap for dispute in _doubts(fall, tap)]
    disputes += [dispute for tap in told if tap.event in LEFT_ALONE for dispute in _left(tap, words, levels)]
    return Account(
        sorted(visits, key=lambda visit: visit.emptied_at_s), sorted(disputes, key=lambda each: (each.at_s, each.what, each.told))
    )


def _gap_s(tap: Tap, fall: Emptying) -> float:
    """Seconds between a word and the time in which a fall lies; 0 within it."""
    return max(0.0, abs(tap.at_s - fall.emptied_at_s) - min(fall.within_s, LONGEST_S))


def _fall_of(tap: Tap, falls: Sequence[Emptying]) -> Emptying | None:
    """The fall that a word belongs to: the nearest within reach, or None."""
    near = [fall for fall in falls if _gap_s(tap, fall) <= TOGETHER_S]
    return min(near, key=lambda fall: (_gap_s(tap, fall), abs(tap.at_s - fall.emptied_at_s), fall.emptied_at_s), default=None)


def _word_of(fall: Emptying, taps: Sequence[Tap]) -> Tap | None:
    """The word for a fall: the nearest of its own; the others say the same again."""
    return min(taps, key=lambda tap: (_gap_s(tap, fall), abs(tap.at_s - fall.emptied_at_s), tap.at_s), default=None)


def _once(taps: Sequence[Tap]) -> list[Tap]:
    """The words, in time order, without those that say again what was told just before."""
    return [tap for number, tap in enumerate(taps) if number == 0 or tap.at_s - taps[number - 1].at_s > AGAIN_S]


def _seen(fall: Emptying, tap: Tap | None) -> Visit:
    """The emptying of a fall, with or without the crew's word."""
    if tap is None:
        return Visit(fall.emptied_at_s, "sensor", fall.within_s, fall.fill_before_pct, fall.fill_after_pct, None)
    phone = _gap_s(tap, fall) == 0
    at_s, within_s = (tap.at_s, min(PHONE_WITHIN_S, fall.within_s)) if phone else (fall.emptied_at_s, fall.within_s)
    return Visit(at_s, "both", within_s, fall.fill_before_pct, fall.fill_after_pct, tap.observed_fill)


def _unseen(tap: Tap) -> Visit:
    """The emptying that only the crew tells of."""
    before = None if tap.observed_fill is None else float(tap.observed_fill)
    return Visit(tap.at_s, "crew", None, before, None, tap.observed_fill)


def _denies(tap: Tap, levels: Levels) -> bool:
    """Whether the sensor measured before and after a word "emptied", and the bin holds what it held."""
    before, after = levels.beside(tap.at_s)
    if len(before) < FEWEST or len(after) < FEWEST:
        return False
    held = float(np.median(before))
    return held >= SHOWS_PCT and float(after.min()) > held - LEAST_DROP_PCT / 2


def _no_fall(tap: Tap, levels: Levels) -> Disagreement:
    before, after = (_middle(fills) for fills in levels.beside(tap.at_s))
    return Disagreement(tap.at_s, "no_fall", tap.event, tap.observed_fill, before, after)


def _doubts(fall: Emptying, tap: Tap) -> list[Disagreement]:
    """Where an emptying that both saw was not the same to both."""
    apart = tap.observed_fill is not None and abs(nearest_quarter(fall.fill_before_pct) - tap.observed_fill) > APART_PCT
    whats = ["left_over"] * (nearest_quarter(fall.fill_after_pct) >= 25) + ["fill_apart"] * apart
    return [
        Disagreement(tap.at_s, what, tap.event, tap.observed_fill, fall.fill_before_pct, fall.fill_after_pct) for what in whats
    ]


def _left(tap: Tap, words: dict[Emptying, Tap | None], levels: Levels) -> list[Disagreement]:
    """Where a bin that a crew left as it was fell at that very time, or was full."""
    soon = [fall for fall, word in words.items() if word is None and fall.within_s <= TOGETHER_S]
    fell = next((fall for fall in soon if _gap_s(tap, fall) == 0), None)
    if fell is not None:
        fills = fell.fill_before_pct, fell.fill_after_pct
        return [Disagreement(tap.at_s, "fell_though_left", tap.event, tap.observed_fill, *fills)]
    before, after = (_middle(fills) for fills in levels.beside(tap.at_s))
    if tap.event == "not_full" and before is not None and nearest_quarter(before) == 100:
        return [Disagreement(tap.at_s, "full_though_left", tap.event, tap.observed_fill, before, after)]
    return []


def _middle(fills: Series) -> float | None:
    """The median of a full side, as people see it, or None."""
    return clamped(float(np.median(fills))) if len(fills) == FEWEST else None
