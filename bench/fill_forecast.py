"""How many centimetres off the height in a glass bank is, forecast for 24 and 72 hours ahead, walking forward.

The series h of a sensor is the trailing 7-hour median of its hourly medians (hours without a reading count as missing). In each
hour t the forecast is h(t) less the rise that the product expects until the target; habits are learned anew each Monday from
the eight weeks before, emptyings found from the same. Windows with an emptying (h rises by 20 cm or more) are left out.
Persistence says h(t); the slope rule, where it has not yet 48 differences, says the same.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from bench.command import answer, arguments, rounded, say
from bench.glass_banks import CM_PER_POINT, Heights, sensors
from streets.bins.emptyings import Series, emptyings_of
from streets.bins.forecast import EARLY, LATE, chance_of_rise, expected_rise_pct
from streets.bins.habits import HOUR_S, HOURS_OF_WEEK, FillSeries, Habit, learn

AHEAD_H = (24, 72)
WEEKS = 8
MONDAY_H = 4 * 24
"""The first hour of the first Monday of Unix time."""
EMPTIED_CM = 20.0
SLOPE_DAYS, SLOPE_LEAST = 7, 48


def hourly(heights: Heights) -> pd.Series:
    """The series h, by whole hours since 1970; missing where the last seven hours had no reading."""
    by_hour = pd.Series(heights.height_cm).groupby((heights.at_s // HOUR_S).astype(int)).median()
    every_hour = range(int(by_hour.index[0]), int(by_hour.index[-1]) + 1)
    return by_hour.reindex(every_hour).rolling(7, min_periods=1).median()


def slopes(h: pd.Series) -> pd.Series:
    """Centimetres per 24 hours since the last emptying, as the slope rule has them."""
    day = h - h.shift(24)
    day = day.where(day < EMPTIED_CM)
    return day.rolling(SLOPE_DAYS * 24, min_periods=SLOPE_LEAST).median().fillna(0.0)


def habits(fills: dict[str, tuple[Series, Series]], until_h: int) -> dict[str, Habit]:
    """What the product knows of every sensor at the hour `until_h`, from the readings before it."""
    until_s, known = until_h * float(HOUR_S), []
    for sensor, (at_s, fill_pct) in fills.items():
        inside = (at_s >= until_s - WEEKS * HOURS_OF_WEEK * HOUR_S) & (at_s < until_s)
        emptied = [one.emptied_at_s for one in emptyings_of(at_s[inside], fill_pct[inside])] if inside.sum() > 1 else []
        known.append(FillSeries(sensor, at_s[inside], fill_pct[inside], np.array(emptied)))
    return {habit.bin_id: habit for habit in learn(known, until_s, WEEKS)}


def windows(series: dict[str, pd.Series], fills: dict[str, tuple[Series, Series]]) -> pd.DataFrame:
    """Every window: sensor, hour since 1970, ahead_h, h now and at its target, what the slope rule and we expect, in cm."""
    rules = {sensor: slopes(h) for sensor, h in series.items()}
    first, last = min(h.index[0] for h in series.values()), max(h.index[-1] for h in series.values())
    frames = []
    for monday in range((first - MONDAY_H) // HOURS_OF_WEEK * HOURS_OF_WEEK + MONDAY_H, last + 1, HOURS_OF_WEEK):
        known = habits(fills, monday)
        for sensor, h in series.items():
            week = h.loc[monday : monday + HOURS_OF_WEEK - 1].dropna()
            for ahead_h in AHEAD_H:
                target = h.reindex(week.index + ahead_h).to_numpy()
                kept = ~np.isnan(target) & (target - week.to_numpy() < EMPTIED_CM)
                hours = week.index[kept].to_numpy()
                if len(hours):
                    slope_cm = rules[sensor].loc[hours].to_numpy() * ahead_h / 24
                    frames.append(
                        _told(known[sensor], ahead_h, hours, week.to_numpy()[kept], target[kept]).assign(
                            slope_cm=slope_cm, sensor=sensor, hour=hours
                        )
                    )
    return pd.concat(frames, ignore_index=True)


def _told(habit: Habit, ahead_h: int, hours: Series, now_cm: Series, target_cm: Series) -> pd.DataFrame:
    origin_s = float(hours[0] * HOUR_S)
    from_s = hours.astype(float) * HOUR_S
    climbed = expected_rise_pct(habit, origin_s, np.concatenate((from_s, from_s + ahead_h * HOUR_S)))
    rise_pct = climbed[len(hours) :] - climbed[: len(hours)]
    risen_pct = (now_cm - target_cm) / CM_PER_POINT
    chance = chance_of_rise(habit, rise_pct, risen_pct)
    return pd.DataFrame(
        {
            "ahead_h": ahead_h,
            "now_cm": now_cm,
            "target_cm": target_cm,
            "ours_cm": -rise_pct * CM_PER_POINT,
            "inside": (chance >= EARLY) & (chance <= LATE),
        }
    )


def score(told: pd.DataFrame) -> dict[str, float]:
    """Mean absolute errors in cm, the share of targets within the 80 per cent interval, and how many windows there are."""
    figures: dict[str, float] = {}
    for ahead_h, of_one in told.groupby("ahead_h"):
        change_cm = of_one.target_cm - of_one.now_cm
        figures[f"mae_{ahead_h}h_cm"] = rounded((change_cm - of_one.ours_cm).abs().mean(), 2)
        figures[f"persistence_{ahead_h}h_cm"] = rounded(change_cm.abs().mean(), 2)
        figures[f"slope_{ahead_h}h_cm"] = rounded((change_cm - of_one.slope_cm).abs().mean(), 2)
        figures[f"coverage_80_{ahead_h}h"] = rounded(of_one.inside.mean())
        figures[f"n_{ahead_h}h"] = len(of_one)
    return {**figures, "coverage_80": rounded(told.inside.mean()), "n": len(told)}


def main() -> None:
    """Score one file of readings."""
    parser = arguments(__doc__)
    parser.add_argument("readings", type=Path)
    heights = list(sensors(parser.parse_args().readings))
    say(f"{len(heights)} sensors, {sum(len(one.at_s) for one in heights)} readings between 0 and 200 cm")
    answer(score(windows({one.sensor: hourly(one) for one in heights}, {one.sensor: one.fills() for one in heights})))


if __name__ == "__main__":
    main()
