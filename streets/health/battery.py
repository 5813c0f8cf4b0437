"""When a battery will be flat: a robust line through its last weeks, with an honest interval, or not known.

The slope is Theil's (1950) median of the slopes of all pairs, its 90 % interval Sen's (1968, section 6): both shrug off single
wild readings. Four days are one point, so that night and day, and the coarse steps of whole per cents, do not pass for knowledge.
Cold lowers a battery's voltage for a while: where the device tells its temperature, what follows it is taken out first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from streets.health.scales import Scale

Floats = npt.NDArray[np.float64]

DAY_S = 86_400.0
POINT_DAYS = 4
LEAST_POINTS = 6
NORMAL_90 = 1.645
NOT_AFTER_DAYS = 3_650.0
"""A line is not drawn further than ten years."""
CHANGE_SEEN_IN = 3
"""Days before and days after a battery's change that must agree about it."""
LEAST_COLDER_C = 1.0
LEAST_TEMPERATURE_STEPS = 10
MOST_PER_C = 0.02
"""Of the level: a battery loses less than two hundredths for a degree; what seems more is something else."""


@dataclass(frozen=True, slots=True)
class BatteryDay:
    """A day's middle reading. `day` counts days since 1970; `level` is in the unit of the scale; temperature in Celsius."""

    day: float
    level: float
    temperature_c: float | None = None


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is known of a battery. `level` in the unit of the scale.

    The fall is in that unit per week; the ends are days since 1970. All four are None where no end is known, `late_day` also
    where the fall may be as good as none. `changed_day`: when it was last seen to be replaced.
    """

    level: float
    fall_per_week: float | None = None
    flat_day: float | None = None
    early_day: float | None = None
    late_day: float | None = None
    changed_day: float | None = None


def outlook(days: Sequence[BatteryDay], scale: Scale) -> Outlook | None:
    """When the battery will be flat, by its daily readings in order of time; None without any."""
    if not days:
        return None
    day = np.array([one.day for one in days])
    level = np.array([one.level for one in days])
    since = _since_last_change(level, scale.new_by)
    changed_day = float(day[since]) if since else None
    unheated = _without_temperature(level[since:], [one.temperature_c for one in days[since:]])
    points = _points(day[since:], unheated)
    now = float(np.median(level[-CHANGE_SEEN_IN:]))
    line = _line(*points) if len(points[0]) >= LEAST_POINTS else None
    if line is None or line.fall * (points[0][-1] - points[0][0]) < scale.seen_from or line.least_fall < 0:
        return Outlook(now, changed_day=changed_day)
    at, left = float(points[0][-1]), max(0.0, float(points[1][-1]) - scale.flat)
    flat_day = _ends(at, left, line.fall)
    return Outlook(
        level=now,
        fall_per_week=7 * line.fall,
        flat_day=flat_day,
        early_day=None if flat_day is None else _ends(at, left, line.most_fall),
        late_day=_ends(at, left, line.least_fall),
        changed_day=changed_day,
    )


@dataclass(frozen=True, slots=True)
class _Line:
    """Falls per day: the middle one, and the interval that holds it in 90 of 100 cases."""

    fall: float
    least_fall: float
    most_fall: float


def _line(day: Floats, level: Floats) -> _Line:
    before, after = np.triu_indices(len(day), 1)
    falls = np.sort((level[before] - level[after]) / (day[after] - day[before]))
    n, pairs = len(day), len(falls)
    # Sen's variance of Kendall's S, less what ties take from it.
    ties = np.unique(level, return_counts=True)[1]
    variance = (n * (n - 1) * (2 * n + 5) - float(np.sum(ties * (ties - 1) * (2 * ties + 5)))) / 18
    reach = NORMAL_90 * sqrt(max(variance, 0.0))
    low, high = int((pairs - reach) / 2), int(np.ceil((pairs + reach) / 2))
    return _Line(float(np.median(falls)), float(falls[max(low, 0)]), float(falls[min(high, pairs - 1)]))


def _ends(at: float, left: float, fall: float) -> float | None:
    return at + left / fall if fall > 0 and left <= fall * NOT_AFTER_DAYS else None


def _points(day: Floats, level: Floats) -> tuple[Floats, Floats]:
    """The middles of stretches of POINT_DAYS, counted back from the last day."""
    stretch = (day[-1] - day) // POINT_DAYS
    each = np.unique(stretch)[::-1]
    held = [stretch == one for one in each]
    return np.array([np.median(day[those]) for those in held]), np.array([np.median(level[those]) for those in held])


def _since_last_change(level: Floats, new_by: float) -> int:
    """The place of the first reading of the present battery; 0 where none was seen to be replaced."""
    for place in range(len(level) - CHANGE_SEEN_IN, 0, -1):
        before, after = level[max(0, place - CHANGE_SEEN_IN) : place], level[place : place + CHANGE_SEEN_IN]
        if float(after.min() - before.max()) >= new_by:
            return place
    return 0


def _without_temperature(level: Floats, temperature_c: Sequence[float | None]) -> Floats:
    """The levels as they would have been at the middle temperature; as they are where it tells nothing."""
    known = [one for one in temperature_c if one is not None]
    if len(known) < len(level) or len(level) < 2:
        return level
    warmth = np.array(known)
    warmer, higher = np.diff(warmth), np.diff(level)
    steps = np.abs(warmer) >= LEAST_COLDER_C
    if int(steps.sum()) < LEAST_TEMPERATURE_STEPS:
        return level
    per_c = float(np.median(higher[steps] / warmer[steps]))
    if not 0 < per_c <= MOST_PER_C * float(np.median(level)):
        return level
    return np.asarray(level - per_c * (warmth - np.median(warmth)), dtype=float)
