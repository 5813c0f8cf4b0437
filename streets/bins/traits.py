"""What of the hours before a moment is told of each bin, to a forecast that learns (`streets.bins.trees`).

Nothing of these traits was received later.
"""

import numpy as np

from streets.bins.habits import HOUR_S, Array, hours_of_week
from streets.bins.hours import DAY_H, MONTH_H, SMOOTHED_H, WEEK_H, Hours, column, over, unless_emptied, until
from streets.bins.precedents import precedents

LOW, MIDDLE, HIGH = 0, 2, 4
PRECEDENTS = (LOW, MIDDLE, HIGH)
"""The columns of traits that tell the 10th, 50th and 90th percentile of what followed from like levels."""
TREND_H = (12, 24, 72, 168)
SETTLED_H = 3
"""The level, a median of seven hours, tells of an emptying three hours late."""
CHANGES_H = (3, 6, 12, 24, 48, 72, 168)
WEEKS_BACK = (1, 2, 3, 4)


def traits(hours: Hours, at: int, ahead_h: int) -> Array:
    """What is known of every bin at the end of column `at`, for a forecast `ahead_h` on: bins x traits, NaN: not known.

    All in points of fill, relative to the level: by levels themselves trees would know a bin again, and learn nothing that holds
    of another. Other bins' rises come in as how far the whole town strayed from its usual day.
    """
    now = hours.level[:, at]
    month = until(hours.day_rise, at, MONTH_H)
    usual_day = over(np.nanmean, month)
    changes = {span: now - column(hours.level, at - span) for span in CHANGES_H}
    strayed = [over(np.nanmedian, (unless_emptied(changes[span]) - usual_day * span / DAY_H)[None, :]) for span in (24, 72)]
    week = month[:, -WEEK_H:]
    weeks_ago = [_rise_weeks_ago(hours.level, at, ahead_h, weeks) for weeks in WEEKS_BACK]
    hour_of_week = hours_of_week(np.array([(hours.first_hour + at) * float(HOUR_S)]))[0]
    own = precedents(hours, at, ahead_h)
    slope = hours.slope(at)
    columns = [
        *own.T,
        own[:, MIDDLE] - slope * ahead_h / DAY_H,
        slope,
        *(over(each, week) for each in (np.nanmedian, np.nanmean, np.nanstd)),
        *(over(each, month) for each in (np.nanmedian, np.nanmean)),
        *changes.values(),
        *_last_life(hours, at, now),
        *_along_the_trend(hours, at, now, usual_day),
        *_lately(hours, at, now),
        *weeks_ago,
        over(np.nanmean, np.array(weeks_ago).T),
    ]
    of_all = (hour_of_week, hour_of_week // 24, hour_of_week % 24, *(one[0] for one in strayed))
    return np.column_stack([*columns, *(np.full(len(now), each) for each in of_all)])


def _last_life(hours: Hours, at: int, now: Array) -> list[Array]:
    """Hours since the last emptying, and points per hour since; NaN where none was seen in four weeks."""
    since = _hours_since_emptied(hours, at)
    last = at - np.nan_to_num(since).astype(int)
    left = np.where(np.isnan(since), np.nan, hours.level[np.arange(len(now)), last])
    return [since, (now - left) / np.maximum(since, 1.0)]


def _hours_since_emptied(hours: Hours, at: int) -> Array:
    emptied = until(hours.emptied, at, MONTH_H) == 1.0
    return np.where(emptied.any(axis=1), np.argmax(emptied[:, ::-1], axis=1), np.nan)


def _along_the_trend(hours: Hours, at: int, now: Array, usual_day: Array) -> list[Array]:
    """How far the level lies below what the hours measured before it, since the last emptying, lead to at the usual rise."""
    emptied_before = np.nan_to_num(_hours_since_emptied(hours, at), nan=np.inf) + SETTLED_H
    ages = np.arange(TREND_H[-1])[::-1]
    led_to = until(hours.measured, at, TREND_H[-1]) + np.nan_to_num(usual_day)[:, None] / DAY_H * ages
    led_to[ages > emptied_before[:, None]] = np.nan
    return [over(np.nanmedian, led_to[:, -span:]) - now for span in TREND_H]


def _lately(hours: Hours, at: int, now: Array) -> list[Array]:
    """How the hours as measured lie about the level, how restless they are, how many were measured, and how old the last is."""
    last, week = {span: until(hours.measured, at, span) for span in (3, 12, 24, 48)}, until(hours.measured, at, WEEK_H)
    about = [
        *(over(each, last[3]) for each in (np.nanmedian, np.nanmin, np.nanmax)),
        *(over(np.nanmedian, last[span]) for span in (12, 24, 48)),
        *(over(np.nanquantile, last[24], share) for share in (0.1, 0.9)),
    ]
    seen = ~np.isnan(week)
    newest = np.argmax(seen[:, ::-1], axis=1)
    level_week = until(hours.level, at, WEEK_H)
    restless = over(np.nanmean, np.abs(np.diff(level_week, axis=1)))
    age = np.where(seen.any(axis=1), newest, WEEK_H).astype(float)
    current = np.where(age < SMOOTHED_H, week[np.arange(len(now)), -1 - newest], np.nan)
    return [current - now, *(each - now for each in about), over(np.nanstd, week), restless, seen.mean(axis=1), age]


def _rise_weeks_ago(level: Array, at: int, ahead_h: int, weeks: int) -> Array:
    """The rise over the same hours so many weeks ago."""
    then = at - weeks * WEEK_H
    return unless_emptied(column(level, then + ahead_h) - column(level, then))
