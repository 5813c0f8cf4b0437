"""Where the sensor and the crew who stood at the bin say different things.

Crews tell quarters, and sensors are good for quarters: they disagree where their quarters are not even neighbours. How many such
visits a sensor has is known from few; so it is judged by the lower end of the 95 per cent interval of its share (Wilson 1927).
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from streets.bins.emptyings import LEAST_DROP_PCT, Emptying
from streets.bins.fill import clamped, nearest_quarter
from streets.bins.steps import FEWEST
from streets.bins.visits import Tap
from streets.health.rhythm import rhythm_of
from streets.suitability.fortnight import Fortnight, Levels

APART_PCT = 25.0
FILLED_PCT = 50.0
"""An emptying of a bin that held less may be too small for any sensor to see."""
BESIDE_S = 2 * 3600.0
"""A fall so near a visit belongs to it."""
Z_95 = 1.96


@dataclass(frozen=True, slots=True)
class Checks:
    """How often something was checked, and how often it was wrong."""

    n: int
    wrong: int

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 per cent interval of the share that is wrong, 0 to 1 (Wilson 1927); None without a check."""
        if not self.n:
            return None
        share, z2 = self.wrong / self.n, Z_95**2
        middle = (share + z2 / (2 * self.n)) / (1 + z2 / self.n)
        half = Z_95 * sqrt(share * (1 - share) / self.n + z2 / (4 * self.n**2)) / (1 + z2 / self.n)
        return max(0.0, middle - half), min(1.0, middle + half)

    @property
    def surely_wrong(self) -> float | None:
        """The lower end of the interval: at least so large a share is wrong."""
        return None if self.interval is None else self.interval[0]


@dataclass(frozen=True, slots=True)
class Agreement:
    """`fills`: told beside measured; `emptyings`: emptied, seen to fall or not; `left`: left as it was, seen to fall or not."""

    fills: Checks
    emptyings: Checks
    left: Checks


def agreement_of(fortnight: Fortnight, levels: Levels, emptyings: list[Emptying]) -> Agreement:
    """The crews' words of a fortnight against what was measured then."""
    shown = levels.measured
    patience_s = rhythm_of((), fortnight.report_every_s).silent_after_s
    beside = [(tap, _told(tap), *_beside(shown, tap.at_s, patience_s)) for tap in fortnight.taps]
    apart = [
        abs(nearest_quarter(before) - told) > APART_PCT
        for _, told, before, _ in beside
        if told is not None and before is not None
    ]
    unseen = [
        before - after < LEAST_DROP_PCT
        for tap, told, before, after in beside
        if tap.event == "emptied"
        and before is not None
        and after is not None
        and (before if told is None else told) >= FILLED_PCT
    ]
    fell = [
        any(abs(one.emptied_at_s - tap.at_s) <= BESIDE_S for one in emptyings)
        for tap, _, before, _ in beside
        if tap.event == "not_full" and before is not None
    ]
    return Agreement(*(Checks(len(each), sum(each)) for each in (apart, unseen, fell)))


def _told(tap: Tap) -> float | None:
    if tap.observed_fill is not None:
        return float(tap.observed_fill)
    return 100.0 if tap.event == "overflowing" else None


def _beside(shown: Levels, at_s: float, patience_s: float) -> tuple[float | None, float | None]:
    """The fill before and after a moment, 0 to 100: the median of the next FEWEST readings, none beyond patience."""
    here = int(np.searchsorted(shown.at_s, at_s))
    before = shown.at_s[max(0, here - FEWEST) : here] >= at_s - patience_s
    after = shown.at_s[here : here + FEWEST] <= at_s + patience_s
    return (
        _middle(shown.fill_pct[max(0, here - FEWEST) : here][before]),
        _middle(shown.fill_pct[here : here + FEWEST][after]),
    )


def _middle(fill_pct: np.ndarray) -> float | None:
    return clamped(float(np.median(fill_pct))) if len(fill_pct) else None
