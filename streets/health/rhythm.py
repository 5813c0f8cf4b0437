"""A device's own rhythm, and after how long without a word it is silent. The one place that says when anything is silent.

A device is silent after three reports missed, or after twice the longest pause that it usually makes (the 99th percentile of its
own pauses, counted up to a day), whichever is longer, and half an hour. A device that often misses reports is not called silent
each time: 51 recorded glass banks, whose hourly reports often failed, rang 0.87 times a sensor and week by three missed reports
alone, and 0.24 times by this rule; 0.75 and 0.11 of those were over within a day (`bench/silences.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

REPORTS_MISSED = 3
MARGIN_S = 1800.0
USUAL_PAUSES = 0.99
PAUSES_LONG = 2.0
LONG_PAUSE_AT_MOST_S = 86_400.0
"""However patchy a device is, who asks about its bin must not be told of yesterday as if it were now."""
ONE_REPORT_WITHIN_S = 60.0
"""Frames this close together are one report: history sent in a burst, an alarm out of turn, a repeat."""
LEAST_PAUSES = 12
LATELY = 6


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a device speaks, and after how long without a word it is silent; seconds."""

    every_s: float
    silent_after_s: float


def rhythm_of(heard_at_s: Sequence[float] | Floats, report_every_s: float, delay_s: float = 0.0) -> Rhythm:
    """The rhythm of a device that was heard at these times (Unix seconds that ascend).

    `report_every_s` is what its record says; it counts as long as too little was heard to know better, and then only upwards.
    Where a device has lately become slower than it was, the last pauses count. `delay_s` is how old its words usually are when
    they come: those of a cloud may be an hour, and it is no silent device for that.
    """
    pauses = _pauses(np.asarray(heard_at_s, dtype=float))
    if len(pauses) < LEAST_PAUSES:
        every_s = max(float(report_every_s), float(np.median(pauses)) if len(pauses) else 0.0)
        return Rhythm(every_s, REPORTS_MISSED * every_s + MARGIN_S + delay_s)
    every_s = max(float(np.median(pauses)), float(np.median(pauses[-LATELY:])))
    long_pause_s = min(PAUSES_LONG * float(np.quantile(pauses, USUAL_PAUSES)), LONG_PAUSE_AT_MOST_S)
    return Rhythm(every_s, max(REPORTS_MISSED * every_s, long_pause_s) + MARGIN_S + delay_s)


def _pauses(heard_at_s: Floats) -> Floats:
    """The seconds from each report to the next."""
    pauses = np.diff(heard_at_s)
    return np.asarray(pauses[pauses > ONE_REPORT_WITHIN_S], dtype=float)
