"""What the echoes are worth: how many are valid, how far they stray, and whether the level moves as litter can move.

Noise is judged where nothing is going on: by how neighbours bend, so that a steady rise is none (`noise_of`). A stray reading is
one that its neighbours do not confirm: the running median of three keeps every step that lasts and outvotes what does not
(Tukey 1977). Litter only adds up, so that a smoothed level which falls without an emptying tells of echoes that come and go.
"""

from dataclasses import dataclass
from itertools import groupby

import numpy as np
from scipy.ndimage import median_filter

from streets.bins.emptyings import LEAST_DROP_PCT, Emptying, noise_of
from streets.bins.fill import INVALID_ECHOES, Mount
from streets.bins.status import FULL_PCT, JUMP_PCT, PLAUSIBLE_PCT, STUCK_FOR_S, STUCK_LEAST_READINGS
from streets.suitability.fortnight import DAY_S, Levels, Series

NEAR = ("too_close", "blind_zone")
STRAY_PCT = 12.5
"""Half a quarter: a reading further off than this is put into the wrong quarter."""
SMOOTHED_OVER = 7
LEAST_FALL_PCT = 3.0
"""Falls of the smoothed level by less in one step are ordinary noise: 12 mm, or two points, leave 0.6 after smoothing."""
COARSE_MM = 10
ROUND_AN_EMPTYING = 4
"""Readings on either side of an emptying that the smoothing spreads it over."""


@dataclass(frozen=True, slots=True)
class Echoes:
    """Shares are 0 to 1 of `readings`, or of those `measured`; None where there are too few to tell.

    `jitter_mm` is the standard deviation of one reading, `jitter_pct` the same in points of fill. `stray_share`: further than
    STRAY_PCT from the median of itself and its neighbours, `stray_up_share` those of them that seem fuller. `jumps_up`: rises by
    more than 35 points from one reading to the next, of which there are `steps`. `wander_pct_a_day`: points by which the smoothed
    level falls in a day without an emptying. `same_share`: within stretches of three days and more of the very same distance.
    """

    readings: int
    measured: int
    invalid_share: float | None
    near_share: float | None
    tilted_share: float | None
    outside_share: float | None
    jitter_mm: float | None
    jitter_pct: float | None
    stray_share: float | None
    stray_up_share: float | None
    jumps_up: int
    steps: int
    wander_pct_a_day: float | None
    same_share: float | None


def echoes_of(levels: Levels, mount: Mount, emptyings: list[Emptying]) -> Echoes:
    """The figures of one installation's levels, with the emptyings that they show."""
    readings, shown = len(levels.at_s), levels.measured
    fill_pct, enough = shown.fill_pct, len(shown.at_s) >= SMOOTHED_OVER
    stray = _strays(fill_pct) if enough else None
    jitter_pct = noise_of(fill_pct) if enough else None
    lowest, highest = PLAUSIBLE_PCT
    return Echoes(
        readings=readings,
        measured=len(fill_pct),
        invalid_share=_share(sum(why in INVALID_ECHOES for why in levels.why), readings),
        near_share=_share(sum(why in NEAR for why in levels.why), readings),
        tilted_share=_share(sum(why == "tilted" for why in levels.why), readings),
        outside_share=_share(int(np.sum((fill_pct < lowest) | (fill_pct > highest))), len(fill_pct)),
        jitter_mm=None if jitter_pct is None else jitter_pct / 100 * (mount.empty_mm - mount.full_mm),
        jitter_pct=jitter_pct,
        stray_share=None if stray is None else float(np.mean(np.abs(stray) > STRAY_PCT)),
        stray_up_share=None if stray is None else float(np.mean(stray > STRAY_PCT)),
        jumps_up=int(np.sum(np.diff(fill_pct) > JUMP_PCT)),
        steps=max(0, len(fill_pct) - 1),
        wander_pct_a_day=_wander_pct_a_day(shown, emptyings) if enough else None,
        same_share=None if _is_coarse(shown) else _share(_same(shown), len(fill_pct)),
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _strays(fill_pct: Series) -> Series:
    """How far each reading is from the median of itself and its neighbours, in points."""
    return np.asarray(fill_pct - median_filter(fill_pct, 3, mode="nearest"))


def _wander_pct_a_day(shown: Levels, emptyings: list[Emptying]) -> float:
    """Points a day by which the smoothed level falls where nobody emptied the bin.

    A fall that ends near the lowest level is left out: it may be an emptying too small to be told from noise.
    """
    smooth = median_filter(shown.fill_pct, SMOOTHED_OVER, mode="nearest")
    falls = -np.diff(smooth)
    counts = (falls >= LEAST_FALL_PCT) & (smooth[1:] > np.percentile(smooth, 5) + LEAST_DROP_PCT)
    for step in np.searchsorted(shown.at_s, [one.emptied_at_s for one in emptyings]):
        counts[max(0, step - ROUND_AN_EMPTYING) : step + ROUND_AN_EMPTYING] = False
    return float(falls[counts].sum() / max(1.0, (shown.at_s[-1] - shown.at_s[0]) / DAY_S))


def _is_coarse(shown: Levels) -> bool:
    """Whether the sensor tells whole centimetres: an idle bin then reads the same for days, and nothing can be told from that.

    One that never says anything else is not excused.
    """
    return len(np.unique(shown.distance_mm)) > 1 and not np.any(shown.distance_mm % COARSE_MM)


def _same(shown: Levels) -> int:
    """How many readings lie in stretches of the very same distance that are too long to be true, as a stuck sensor's are.

    Not so where litter lies as near as the sensor can see: that bin is full.
    """
    inside, at = 0, 0
    for fill_pct, stretch in groupby(shown.fill_pct):
        length = len(list(stretch))
        lasts_s = shown.at_s[at + length - 1] - shown.at_s[at]
        if length >= STUCK_LEAST_READINGS and lasts_s >= STUCK_FOR_S and fill_pct < FULL_PCT:
            inside += length
        at += length
    return inside
