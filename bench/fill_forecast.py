"""How many centimetres off the height in a glass bank is, forecast for a day, three days and a week ahead, walking forward.

The series h of a sensor is the trailing 7-hour median of its hourly medians (hours without a reading count as missing). In each
hour t the forecast is h(t) less the rise that the product expects until the target; its trees are grown anew each Monday from
what was received before; until anything can be learned, the slope rule is all that is known. Windows with an emptying (h rises
by 20 cm or more) are left out. Persistence says h(t); the slope rule, where it has not yet 48 differences, says the same.
`unseen_` figures are of sensors that taught nothing: a quarter of them is forecast by what the other three learned, every fourth
week, and by its own past.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.command import answer, arguments, rounded, say
from bench.glass_banks import CM_PER_POINT, EMPTY_CM, Heights, sensors
from streets.bins.habits import HOUR_S, HOURS_OF_WEEK, Array
from streets.bins.hours import DAY_H, EMPTIED_PCT, HourlyFills, Hours, hours_of
from streets.bins.traits import traits
from streets.bins.trees import MOST_ROWS, UNSEEN_SHARE, Grown, Rows, grow_from

AHEAD_H = (24, 72, 168)
MONDAY_H = 4 * 24
"""The first hour of the first Monday of Unix time."""
EMPTIED_CM = 20.0
PARTS = 4
PARTS_EVERY_WEEKS = 4
"""Trees for sensors that taught them nothing are only for comparison, and take as long to grow."""


@dataclass(frozen=True, slots=True)
class Window:
    """One hour of all sensors: what was known, what the slope expects, what came, and which of them are counted."""

    at: int
    known: Array
    steady: Array
    risen: Array
    counted: NDArray[np.bool_]


def table(heights: list[Heights]) -> Hours:
    """The sensors' hours, as fills of a bank that is EMPTY_CM deep."""
    series = []
    for one in heights:
        by_hour = pd.Series(one.height_cm).groupby((one.at_s // HOUR_S).astype(int)).median()
        series.append(HourlyFills(one.sensor, by_hour.index.to_numpy(), (EMPTY_CM - by_hour.to_numpy()) / CM_PER_POINT))
    return hours_of(series, min(one.hour[0] for one in series), max(one.hour[-1] for one in series) + 1)


def windows(hours: Hours, ahead_h: int) -> list[Window]:
    """Every hour from which the target is told of at least one sensor."""
    found = []
    for at in range(hours.level.shape[1] - ahead_h):
        risen = hours.level[:, at + ahead_h] - hours.level[:, at]
        counted = risen * CM_PER_POINT > -EMPTIED_CM
        if counted.any():
            found.append(Window(at, traits(hours, at, ahead_h), hours.slope(at) * ahead_h / DAY_H, risen, counted))
    return found


def rows(told: list[Window], chosen: NDArray[np.bool_]) -> Rows:
    """The windows of the sensors chosen, to learn from."""
    kept = [(one, one.counted & chosen & (one.risen > -EMPTIED_PCT)) for one in told]
    parts = [(one.known[these], one.steady[these], one.risen[these]) for one, these in kept if these.any()]
    if not parts:
        return Rows(np.empty((0, 0)), np.empty(0), np.empty(0))
    known, steady, risen = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Rows(known, steady, risen)


def grown(told: list[Window], chosen: NDArray[np.bool_], until: int, ahead_h: int) -> Grown | None:
    """What the sensors chosen teach, from the windows whose targets lay before column `until`."""
    over = [one for one in told if one.at + ahead_h < until]
    unseen = min(HOURS_OF_WEEK, len(over) // UNSEEN_SHARE)
    learned_from, later = over[: max(0, len(over) - unseen - ahead_h)], over[len(over) - unseen :]
    stride = max(1, sum(int((one.counted & chosen).sum()) for one in learned_from) // MOST_ROWS)
    return grow_from(rows(learned_from[::stride], chosen), rows(later[::stride], chosen), ahead_h)


def strangers(sensors: int) -> NDArray[np.bool_]:
    """For each part of the sensors those that teach what is said of it, none of it themselves: PARTS x sensors."""
    return np.asarray(np.arange(sensors) % PARTS != np.arange(PARTS)[:, None])


def forecasts(hours: Hours, ahead_h: int) -> Iterator[pd.DataFrame]:
    """The counted windows of each week in centimetres of fall: what came, what the slope and we said, and whether it held it."""
    told = windows(hours, ahead_h)
    teachers = strangers(len(hours.bin_ids))
    of_all: Grown | None = None
    of_strangers: list[Grown | None] = [None] * PARTS
    for week, of_week in groupby(told, key=lambda one: (hours.first_hour + one.at - MONDAY_H) // HOURS_OF_WEEK):
        begins = week * HOURS_OF_WEEK + MONDAY_H - hours.first_hour
        of_all = grown(told, np.ones(len(hours.bin_ids), dtype=bool), begins, ahead_h) or of_all
        if week % PARTS_EVERY_WEEKS == 0 or None in of_strangers:
            found = [grown(told, chosen, begins, ahead_h) for chosen in teachers]
            of_strangers = [new or old for new, old in zip(found, of_strangers, strict=True)]
        say(f"{ahead_h} h, week {pd.Timestamp((hours.first_hour + begins) * HOUR_S, unit='s'):%Y-%m-%d}")
        yield _week(hours, ahead_h, list(of_week), of_all, of_strangers)


def _week(hours: Hours, ahead_h: int, told: list[Window], of_all: Grown | None, of_strangers: list[Grown | None]) -> pd.DataFrame:
    at, sensor = np.nonzero([one.counted for one in told])
    known, steady, risen = (
        np.stack(column)[at, sensor] for column in zip(*((one.known, one.steady, one.risen) for one in told), strict=True)
    )
    ours, unseen = _told(of_all, known, steady), np.full((len(at), 3), np.nan)
    for chosen, taught in zip(strangers(len(hours.bin_ids)), of_strangers, strict=True):
        own = ~chosen[sensor]
        unseen[own] = _told(taught, known[own], steady[own])
    return pd.DataFrame(
        {
            "sensor": np.array(hours.bin_ids)[sensor],
            "hour": hours.first_hour + np.array([one.at for one in told])[at],
            "ahead_h": ahead_h,
            "risen_cm": risen * CM_PER_POINT,
            "slope_cm": steady * CM_PER_POINT,
            "ours_cm": ours[:, 1] * CM_PER_POINT,
            "inside": _held(ours, risen),
            "unseen_cm": unseen[:, 1] * CM_PER_POINT,
            "unseen_inside": _held(unseen, risen),
        }
    )


def _told(trees: Grown | None, known: Array, steady: Array) -> Array:
    """Low, middle and high of every row; before anything is learned the slope's rise, and no interval."""
    if trees is None:
        unknown = np.full(len(steady), np.nan)
        return np.column_stack([unknown, steady, unknown])
    return trees.told(known, steady)


def _held(told: Array, risen: Array) -> Array:
    """Whether each interval held what came (1.0 or 0.0); NaN where there was none."""
    return np.where(np.isnan(told[:, 0]), np.nan, (told[:, 0] <= risen) & (risen <= told[:, 2]))


def score(told: pd.DataFrame) -> dict[str, float | None]:
    """Mean absolute errors in cm, the share of targets within the 80 per cent interval, and how many windows there are."""
    figures: dict[str, float | None] = {}
    for ahead_h, of_one in told.groupby("ahead_h"):
        slope_cm = (of_one.risen_cm - of_one.slope_cm).abs().mean()
        figures[f"persistence_{ahead_h}h_cm"] = rounded(of_one.risen_cm.abs().mean(), 2)
        figures[f"slope_{ahead_h}h_cm"] = rounded(slope_cm, 2)
        for seen, said_cm, inside in (("", of_one.ours_cm, of_one.inside), ("unseen_", of_one.unseen_cm, of_one.unseen_inside)):
            error_cm = (of_one.risen_cm - said_cm).abs().mean()
            figures[f"{seen}mae_{ahead_h}h_cm"] = rounded(error_cm, 2)
            figures[f"{seen}below_slope_{ahead_h}h"] = rounded(1 - error_cm / slope_cm)
            figures[f"{seen}coverage_80_{ahead_h}h"] = _share(inside)
        figures[f"n_{ahead_h}h"] = len(of_one)
    return {**figures, "coverage_80": _share(told.inside), "unseen_coverage_80": _share(told.unseen_inside), "n": len(told)}


def _share(inside: pd.Series) -> float | None:
    """The share of the windows for which there was an interval; None where there was none at all."""
    return rounded(inside.mean()) if inside.notna().any() else None


def main() -> None:
    """Score one file of readings."""
    parser = arguments(__doc__)
    parser.add_argument("readings", type=Path)
    heights = list(sensors(parser.parse_args().readings))
    say(f"{len(heights)} sensors, {sum(len(one.at_s) for one in heights)} readings between 0 and 200 cm")
    hours = table(heights)
    answer(score(pd.concat([one for ahead_h in AHEAD_H for one in forecasts(hours, ahead_h)], ignore_index=True)))


if __name__ == "__main__":
    main()
