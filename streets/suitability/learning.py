"""What this sensor reads in the emptied and in the full bin, learned from its own readings, to be offered to an officer.

`empty_mm` is learned from the plateaus after emptyings: of each the level that its first readings tell. A crew may leave some
litter, a liner may stand up and the bin fills on until the first reading, all of which make a plateau too near, never too far;
so the farther half of the plateaus counts, and its median is taken. `full_mm` is learned from the readings at which crews told
the bin to be full or overflowing. Nothing here changes a record.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from streets.bins.emptyings import Emptying
from streets.bins.fill import Mount
from streets.bins.steps import FEWEST
from streets.bins.visits import Tap
from streets.suitability.crews import BESIDE_S
from streets.suitability.fortnight import Levels, Series
from streets.suitability.verdict import BESIDE_BLIND_ZONE_MM

LEAST_PLATEAUS = 6
LEAST_FULL = 5
FARTHER_PCT = 5.0
"""An emptied bin that reads steadily below -5 per cent has a wrong record: nothing lies beyond its floor."""
NEARER_PCT = 12.5
"""An emptied bin may hold a residue and what came since; half a quarter is more than that. Crews' quarters are no finer."""
AGREE_WITHIN_PCT = 5.0
"""Plateaus whose middle half is wider than twice this do not tell one distance."""


@dataclass(frozen=True, slots=True)
class Learned:
    """`what` is empty_mm or full_mm, learned from `used` of `n` emptyings or visits; `spread_mm` is half of their middle half."""

    what: str
    present_mm: int
    learned_mm: int
    n: int
    used: int
    spread_mm: float
    seen_s: tuple[float, ...]
    seen_mm: tuple[float, ...]


def learn_empty(levels: Levels, emptyings: Sequence[Emptying], mount: Mount) -> Learned | None:
    """What the sensor reads in the emptied bin, where that differs from the record and enough emptyings agree; else None."""
    plateaus = [(one.emptied_at_s, _plateau(levels.measured, one.emptied_at_s)) for one in emptyings]
    seen = [(at_s, distance_mm) for at_s, distance_mm in plateaus if distance_mm is not None]
    if len(seen) < LEAST_PLATEAUS:
        return None
    distances = np.array([distance_mm for _, distance_mm in seen])
    farther = np.sort(distances)[len(distances) // 2 :]
    found = _learned("empty_mm", mount.empty_mm, seen, farther)
    beyond_pct = 100 * (found.learned_mm - mount.empty_mm) / _depth(mount)
    differs = beyond_pct >= FARTHER_PCT or beyond_pct <= -NEARER_PCT
    return found if differs and _agrees(found, mount) and found.learned_mm > mount.full_mm else None


def learn_full(levels: Levels, taps: Sequence[Tap], mount: Mount) -> Learned | None:
    """What the sensor reads where crews call the bin full, if it differs from the record and enough visits agree; else None."""
    shown = levels.measured
    full = [tap.at_s for tap in taps if tap.event == "overflowing" or tap.observed_fill == 100]
    before = [(at_s, _last_mm(shown, at_s)) for at_s in full]
    seen = [(at_s, distance_mm) for at_s, distance_mm in before if distance_mm is not None]
    if len(seen) < LEAST_FULL:
        return None
    found = _learned("full_mm", mount.full_mm, seen, np.array([distance_mm for _, distance_mm in seen]))
    differs = abs(found.learned_mm - mount.full_mm) >= NEARER_PCT / 100 * _depth(mount)
    possible = mount.blind_zone_mm + BESIDE_BLIND_ZONE_MM <= found.learned_mm < mount.empty_mm
    return found if differs and possible and _agrees(found, mount) else None


def is_news(found: Learned, refused_mm: Sequence[int], mount: Mount) -> bool:
    """Whether what was learned differs from every figure that an officer has refused, by as much as makes an offer."""
    return all(abs(found.learned_mm - refused) >= FARTHER_PCT / 100 * _depth(mount) for refused in refused_mm)


def _learned(what: str, present_mm: int, seen: Sequence[tuple[float, float]], used: Series) -> Learned:
    lower, middle, upper = np.percentile(used, [25, 50, 75])
    at_s, distances = zip(*seen, strict=True)
    return Learned(what, present_mm, round(middle), len(seen), len(used), float(upper - lower) / 2, at_s, distances)


def _agrees(found: Learned, mount: Mount) -> bool:
    return found.spread_mm <= AGREE_WITHIN_PCT / 100 * _depth(mount)


def _depth(mount: Mount) -> int:
    return mount.empty_mm - mount.full_mm


def _plateau(shown: Levels, emptied_at_s: float) -> float | None:
    """The distance soon after an emptying: the first reading, or the median of the first three where that is farther."""
    here = int(np.searchsorted(shown.at_s, emptied_at_s))
    first = shown.distance_mm[here : here + FEWEST]
    return max(float(first[0]), float(np.median(first))) if len(first) == FEWEST else None


def _last_mm(shown: Levels, at_s: float) -> float | None:
    """The median distance of the last readings before a moment, none older than BESIDE_S."""
    here = int(np.searchsorted(shown.at_s, at_s, side="right"))
    last = slice(max(0, here - FEWEST), here)
    near = shown.distance_mm[last][shown.at_s[last] >= at_s - BESIDE_S]
    return float(np.median(near)) if len(near) else None
