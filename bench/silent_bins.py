"""How honest the product is of a bin that is not heard: recorded sensors of glass banks are hidden for days, and then looked at.

Each Monday after the first eight weeks every sensor is hidden for the last 1, 3 and 7 days: its habit, its emptyings and its last
level are what was received before. Scored is what the product then says of the level of that midnight (trailing 7-hour median),
emptyings while nothing was heard included: how often the interval of 80 per cent holds it, and how wide it is, beside the last
level carried on (`frozen`). Chances are of having been full at some time of the next day; days on which a bank was emptied before
it was full are left out, since a chance is told of a bin that nobody visits. Habits and intervals take nothing from later
weeks, but how much of a day's straying adds up (`SPREAD_KEPT`) was chosen on every third Monday: `others_` are of the rest.

`ahead_` figures are of every sensor that is heard at that midnight, 3 and 7 days on: how often the interval holds what it will
have risen to if nobody empties it, the mean chance that it is full by then, and how often it would be. Where somebody does, what
the emptying took away is added again, since a bank that fills fast is emptied sooner.
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
from streets.bins.forecast import FULL_BY_H, FULL_PCT, Level, Outlook, look_ahead
from streets.bins.habits import HOUR_S, HOURS_OF_WEEK, FillSeries, Habit, learn
from streets.bins.steps import Series

HIDDEN_DAYS = (1, 3, 7)
AHEAD_DAYS = (3, 7)
EMPTIED_WITHIN_S = 8 * HOUR_S
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


def ahead(banks: list[Bank]) -> pd.DataFrame:
    """What is said on every Monday of the days ahead of every bank that is heard then, and what it came to."""
    rows = []
    for number, at_s in enumerate(mondays(banks)):
        habits = learn([bank.until(at_s) for bank in banks], at_s)
        for bank, habit in zip(banks, habits, strict=True):
            now = bank.level(at_s)
            if now is not None:
                outlook = look_ahead(habit, Level(float(np.clip(now, 0.0, FULL_PCT)), at_s), at_s)
                found = [_row_ahead(bank, outlook, now, at_s, days) for days in AHEAD_DAYS]
                rows += [{**row, "chosen_on": number % CHOSEN_ON_EVERY == 0} for row in found if row is not None]
    return pd.DataFrame(rows)


def _row_ahead(bank: Bank, outlook: Outlook, now: float, at_s: float, days: int) -> dict[str, float] | None:
    """One bank some days ahead; None where it was not heard then, or around an emptying."""
    came_to = _risen_to(bank, at_s, at_s + days * DAY_S)
    if came_to is None or outlook.fill_by_pct is None:
        return None
    step = FULL_BY_H.index(24 * days)
    low, expected, high = outlook.fill_by_pct[step]
    held, full = float(np.clip(came_to, 0.0, FULL_PCT)), float(came_to >= FULL_PCT)
    fills = {"low": low, "expected": expected, "high": high, "frozen": now, "held": held}
    return {"days": days, **fills, "chance": outlook.full_by[step], "full": full}


def _risen_to(bank: Bank, at_s: float, until_s: float) -> float | None:
    """The level that a bank would have come to without its emptyings; None where a level around one is not known."""
    emptied = bank.emptied_at_s[(bank.emptied_at_s >= at_s) & (bank.emptied_at_s < until_s)]
    before, after = ([bank.level(each + off_s) for each in emptied] for off_s in (0.0, EMPTIED_WITHIN_S))
    last, falls = bank.level(until_s), list(zip(before, after, strict=True))
    if last is None or any(was is None or left is None for was, left in falls):
        return None
    return last + sum(max(0.0, was - left) for was, left in falls if was is not None and left is not None)


def score(told: pd.DataFrame) -> dict[str, float | None]:
    """Of each time hidden or ahead: share within the interval, its width, errors beside the frozen value's in points."""
    figures: dict[str, float | None] = {}
    for days, of_one in told.groupby("days"):
        inside = (of_one.low <= of_one.held) & (of_one.held <= of_one.high)
        figures[f"coverage_80_{days}d"] = rounded(inside.mean())
        figures[f"others_coverage_80_{days}d"] = rounded(inside[~of_one.chosen_on].mean())
        figures[f"width_{days}d"] = rounded((of_one.high - of_one.low).mean(), 1)
        figures[f"mae_{days}d"] = rounded((of_one.expected - of_one.held).abs().mean(), 1)
        figures[f"frozen_mae_{days}d"] = rounded((of_one.frozen - of_one.held).abs().mean(), 1)
    return figures


def scores(told: pd.DataFrame, told_ahead: pd.DataFrame) -> dict[str, Any]:
    """The figures of sensors hidden and of days ahead, and how honest the chances are."""
    by_days = told_ahead.groupby("days")
    chances = {f"ahead_chance_{days}d": rounded(of_one.chance.mean()) for days, of_one in by_days}
    full = {f"ahead_full_{days}d": rounded(of_one.full.mean()) for days, of_one in by_days}
    return {
        **score(told),
        **chances,
        **full,
        **{f"ahead_{name}": figure for name, figure in score(told_ahead).items()},
        "full_in_24h": reliability(*told[told.reached.notna()][["chance", "reached"]].to_numpy().T),
        "n": len(told),
        "ahead_n": len(told_ahead),
    }


def main() -> None:
    """Score one file of readings."""
    parser = arguments(__doc__)
    parser.add_argument("readings", type=Path)
    banks = [bank_of(one) for one in sensors(parser.parse_args().readings)]
    answer(scores(said(banks), ahead(banks)))


if __name__ == "__main__":
    main()
