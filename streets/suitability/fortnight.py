"""Fourteen days of one installation as they are judged: what the sensor said, which frames came, and what crews told."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from streets.bins.emptyings import Emptying, emptyings_of
from streets.bins.fill import Mount, fill_of
from streets.bins.status import HAPPENS_TO_THE_BIN
from streets.bins.visits import Tap

Series = NDArray[np.float64]

DAY_S = 24 * 3600.0
DAYS = 14


@dataclass(frozen=True, slots=True)
class Said:
    """One frame's words about the level, as level_reading keeps them; `at_s` in Unix seconds."""

    at_s: float
    distance_mm: int | None
    cannot_measure: str | None
    tilted: bool | None
    alarms: tuple[str, ...]
    battery_pct: float | None
    battery_mv: float | None = None


@dataclass(frozen=True, slots=True)
class Fortnight:
    """`said` and `taps` in time order, within DAYS before `ends_s`. `heard` and `missing` are frames; None: no counter tells.

    `spoke_before`: the sensor had said something by this record before the fortnight began. Where it had not, the time until its
    first word is no silence: records are often older than the listening.
    """

    ends_s: float
    mount: Mount
    report_every_s: int
    said: tuple[Said, ...]
    taps: tuple[Tap, ...]
    heard: int | None
    missing: int | None
    spoke_before: bool

    @property
    def starts_s(self) -> float:
        """When it begins, in Unix seconds."""
        return self.ends_s - DAYS * DAY_S


@dataclass(frozen=True, slots=True)
class Levels:
    """The readings that spoke of the level, in time order: fills in per cent, unclamped, NaN where `why` says why."""

    at_s: Series
    fill_pct: Series
    distance_mm: Series
    why: tuple[str | None, ...]

    @property
    def measured(self) -> "Levels":
        """Those with a fill."""
        known = ~np.isnan(self.fill_pct)
        return Levels(self.at_s[known], self.fill_pct[known], self.distance_mm[known], (None,) * int(known.sum()))

    def emptyings(self) -> list[Emptying]:
        """The emptyings that the measured fills show."""
        shown = self.measured
        return emptyings_of(shown.at_s, shown.fill_pct) if len(shown.at_s) > 1 else []


def levels_of(said: Sequence[Said], mount: Mount) -> Levels:
    """The level that each reading tells by the installation record; battery frames, and alarms of the bin, are left out."""
    at_s, fills, distances, whys = [], [], [], []
    for one in said:
        told = fill_of(mount, one.distance_mm, one.cannot_measure, one.tilted, one.alarms)
        if told is None or told.not_measurable in HAPPENS_TO_THE_BIN:
            continue
        at_s.append(one.at_s)
        fills.append(np.nan if told.fill_pct is None else told.fill_pct)
        distances.append(np.nan if told.fill_pct is None or one.distance_mm is None else float(one.distance_mm))
        whys.append(told.not_measurable)
    return Levels(np.array(at_s, dtype=float), np.array(fills, dtype=float), np.array(distances, dtype=float), tuple(whys))
