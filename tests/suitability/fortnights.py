"""Fortnights of sensors of which a test knows what is wrong with them: hourly, six millimetres a point."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from streets.bins.fill import Mount
from streets.bins.visits import Tap
from streets.suitability.fortnight import DAYS, Fortnight, Said

MOUNT = Mount(empty_mm=900, full_mm=300, blind_zone_mm=250, max_range_mm=4500)
HOUR_S = 3600.0
HOURS = DAYS * 24
ENDS_S = 1_781_481_600.0
"""2026-06-15 00:00 UTC."""
STARTS_S = ENDS_S - HOURS * HOUR_S


def depths(
    hours: int = HOURS, rise_mm_per_h: float = 6.0, emptied_every_h: int = 60, empty_mm: float = 900, noise_mm: float = 12
) -> list[int]:
    """What a good sensor reads each hour over a bin that fills steadily and is emptied: a deviation of 12 mm, as is ordinary."""
    noise = np.random.default_rng(7).normal(0, noise_mm, hours)
    return [round(empty_mm - rise_mm_per_h * (hour % emptied_every_h) + noise[hour]) for hour in range(hours)]


def said(distances_mm: Sequence[int | str | None], every_s: float = HOUR_S, battery_pct: float | None = 90) -> list[Said]:
    """One reading after the other: a distance, the word for why there is none, or None where the frame never came."""
    return [
        Said(STARTS_S + place * every_s, *((None, each) if isinstance(each, str) else (each, None)), False, (), battery_pct)
        for place, each in enumerate(distances_mm)
        if each is not None
    ]


def fortnight(distances_mm: Sequence[int | str | None], taps: Sequence[Tap] = (), mount: Mount = MOUNT) -> Fortnight:
    """The fortnight in which a sensor of no lost frames said this, every hour from its begin on."""
    return Fortnight(ENDS_S, mount, int(HOUR_S), tuple(said(distances_mm)), tuple(taps), len(distances_mm), 0, True)


def with_frames(one: Fortnight, heard: int, missing: int) -> Fortnight:
    """The same with other counts of frames."""
    return replace(one, heard=heard, missing=missing)


def tap(hour: float, event: str, observed_fill: int | None = None) -> Tap:
    """What a crew told so many hours after the begin."""
    return Tap(STARTS_S + hour * HOUR_S, event, observed_fill)
