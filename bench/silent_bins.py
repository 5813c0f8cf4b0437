"""How honest the product is of a bin that is not heard: recorded sensors of glass banks are hidden for days, and then looked at.

Each Monday after the first eight weeks every sensor is hidden for the last 1, 3 and 7 days: its habit, its emptyings and its last
level are what was received before. Scored is what the product then says of the level of that midnight (trailing 7-hour median),
emptyings while nothing was heard included: how often the interval of 80 per cent holds it, and how wide it is, beside the last
level carried on (`frozen`). Chances are of having been full at some time of the next day; days on which a bank was emptied before
it was full are left out, since a chance is told of a bin that nobody visits. Habits and intervals take nothing from later
weeks, but how much of a day's straying adds up (`SPREAD_KEPT`) was chosen on every third Monday: `others_` are of the rest.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bench.command import answer, arguments, rounded, say
from bench.emptyings import walked
from bench.glass_banks import Heights, sensors
from bench.reliability import reliability
from streets.bins.forecast import FULL_PCT, Level, look_ahead
from streets.bins.habits import HOUR_S, HOURS_OF_WEEK, FillSeries, Habit, learn
from streets.bins.steps import Series

HIDDEN_DAYS = (1, 3, 7)
DAY_S = 24 * HOUR_S
WEEK_S = HOURS_OF_WEEK * HOUR_S
LEARNED_FROM_S = 8 * WEEK_S
MONDAY_S = 4 * DAY_S
"""The first Monday of Unix time."""
SMOOTHED_S = 7 * HOUR_S
CHOSEN_ON_EVERY = 3


@dataclass(frozen=True, slots=True)
class Bank:
    """A sensor's fills, and when the product saw it emptied."""

    sensor: str
    at_s: Series
    fill_pct: Series
    emptied_at_s: Series

    def level(self, at_s: float) -> float | None:
        """The median of the last seven hours before a moment, None where nothing was measured in them."""
        within = self.fill_pct[np.searchsorted(self.at_s, at_s - SMOOTHED_S) : np.searchsorted(self.at_s, at_s)]
        return float(np.median(within)) if len(within) else None

    def until(self, at_s: float) -> FillSeries:
        """What was received of the last weeks before a moment."""
        seen = slice(int(np.searchsorted(self.at_s, at_s - LEARNED_FROM_S)), int(np.searchsorted(self.at_s, at_s)))
        emptied = self.emptied_at_s[(self.emptied_at_s >= at_s - LEARNED_FROM_S) & (self.emptied_at_s < at_s)]
        return FillSeries(self.sensor, self.at_s[seen], self.fill_pct[seen], emptied)


def bank_of(heights: Heights) -> Bank:
    """The sensor as the product knows it."""
    at_s, fill_pct = heights.fills()
    return Bank(heights.sensor, at_s, fill_pct, np.array(walked(at_s, fill_pct)))


def mondays(banks: list[Bank]) -> list[float]:
    """The midnights at which is looked."""
    first, last = min(one.at_s[0] for one in banks), max(one.at_s[-1] for one in banks)
    begin = (first + LEARNED_FROM_S - MONDAY_S) // WEEK_S + 1
    return [float(week * WEEK_S + MONDAY_S) for week in range(int(begin), int((last - MONDAY_S) // WEEK_S) + 1)]


def said(banks: list[Bank]) -> pd.DataFrame:
    """What is said of every bank on every Monday for each time hidden, and what it held and reached."""
    rows = []
    for number, at_s in enumerate(mondays(banks)):
        say(f"{pd.Timestamp(at_s, unit='s'):%Y-%m-%d}")
        for days in HIDDEN_DAYS:
            habits = learn([bank.until(at_s - days * DAY_S) for bank in banks], at_s - days * DAY_S)
            found = [_row(bank, habit, at_s, days) for bank, habit in zip(banks, habits, strict=True)]
            rows += [{**row, "chosen_on": number % CHOSEN_ON_EVERY == 0} for row in found if row is not None]
    return pd.DataFrame(rows)


def _row(bank: Bank, habit: Habit, at_s: float, days: int) -> dict[str, float] | None:
    """One bank hidden for some days; None where it was not heard just before or now anyway, or was never seen emptied twice."""
    hidden_s = at_s - days * DAY_S
    last, now = bank.level(hidden_s), bank.level(at_s)
    day = slice(int(np.searchsorted(bank.at_s, at_s - SMOOTHED_S)), int(np.searchsorted(bank.at_s, at_s + DAY_S)))
    if last is None or now is None or habit.emptied_every_h is None:
        return None
    level = Level(float(np.clip(last, 0.0, FULL_PCT)), hidden_s)
    outlook = look_ahead(habit, level, at_s, habit.emptied_every_h)
    reached = pd.Series(bank.fill_pct[day]).rolling(5, min_periods=1).median().max() >= FULL_PCT
    emptied = bool(np.any((bank.emptied_at_s >= at_s) & (bank.emptied_at_s < at_s + DAY_S)))
    return {
        "days": days,
        "low": outlook.low_fill_pct,
        "expected": outlook.expected_fill_pct,
        "high": outlook.high_fill_pct,
        "frozen": level.fill_pct,
        "held": float(np.clip(now, 0.0, FULL_PCT)),
        "chance": outlook.overflow_24h,
        "reached": np.nan if emptied and not reached else float(reached),
    }


def score(told: pd.DataFrame) -> dict[str, Any]:
    """Of each time hidden: share within the interval, its width, errors beside the frozen value's in points; and the chances."""
    figures: dict[str, Any] = {}
    for days, of_one in told.groupby("days"):
        inside = (of_one.low <= of_one.held) & (of_one.held <= of_one.high)
        figures[f"coverage_80_{days}d"] = rounded(inside.mean())
        figures[f"others_coverage_80_{days}d"] = rounded(inside[~of_one.chosen_on].mean())
        figures[f"width_{days}d"] = rounded((of_one.high - of_one.low).mean(), 1)
        figures[f"mae_{days}d"] = rounded((of_one.expected - of_one.held).abs().mean(), 1)
        figures[f"frozen_mae_{days}d"] = rounded((of_one.frozen - of_one.held).abs().mean(), 1)
    return {
        **figures,
        "full_in_24h": reliability(*told[told.reached.notna()][["chance", "reached"]].to_numpy().T),
        "n": len(told),
    }


def main() -> None:
    """Score one file of readings."""
    parser = arguments(__doc__)
    parser.add_argument("readings", type=Path)
    banks = [bank_of(one) for one in sensors(parser.parse_args().readings)]
    answer(score(said(banks)))


if __name__ == "__main__":
    main()
