"""What is known of a bin at this moment: measured, not measurable, silent, or without a sensor. Never "empty" by default."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

import numpy as np

from streets.bins.fill import clamped

LOOK_BACK_S = 48 * 3600
JUMP_PCT = 35.0
"""A rise by more in one reading waits for the next one: a bad echo is likelier. A fall does not: bins are emptied."""
PLAUSIBLE_PCT = (-20.0, 130.0)
"""Fills steadily outside tell of a wrong installation record, or of a sensor that no longer hangs where it did."""
STUCK_FOR_S = 72 * 3600
STUCK_LEAST_READINGS = 24
HAPPENS_TO_THE_BIN = ("fire", "hot", "tampered")
FULL_PCT = 100.0
"""A sensor that says the very same for three days is stuck: real echoes differ by a millimetre or two even in an idle bin.
Not so where litter lies as near as the sensor can see: that bin is full."""


@dataclass(frozen=True, slots=True)
class Look:
    """One derived reading: Unix seconds, and either a fill (unclamped, per cent) or a reason."""

    at_s: float
    fill_pct: float | None
    not_measurable: str | None


@dataclass(frozen=True, slots=True)
class State:
    """A bin's state: measured (then `fill_pct` 0..100), not_measurable (then `reason`), silent, or no_sensor.

    `observed_at_s` is the time of the reading that the state rests on; `level_pct` is the last fill measured whatever the
    state, for a forecast to begin at, with `level_at_s`; both None where nothing usable was ever measured.
    """

    state: str
    reason: str | None = None
    fill_pct: float | None = None
    observed_at_s: float | None = None
    level_pct: float | None = None
    level_at_s: float | None = None


def state_of(looks: Sequence[Look], silent_after_s: float | None, now_s: float) -> State:
    """The state at `now_s`. `looks` are the latest, in time order.

    `silent_after_s` is what streets.health.rhythm says of the bin's sensor; None where no sensor is installed.
    """
    if silent_after_s is None:
        return State("no_sensor")
    if not looks:
        return State("silent")
    measured = [look for look in looks if look.fill_pct is not None]
    recent = [look for look in measured if look.at_s > measured[-1].at_s - LOOK_BACK_S]
    wrong = _why_unbelievable(measured, recent)
    level = None if wrong or not recent else _level([look.fill_pct for look in recent[-3:] if look.fill_pct is not None])
    level_at_s = recent[-1].at_s if level is not None else None
    if now_s - looks[-1].at_s > silent_after_s:
        return State("silent", None, None, looks[-1].at_s, level, level_at_s)
    if wrong:
        return State("not_measurable", wrong, None, looks[-1].at_s)
    if level_at_s is None or now_s - level_at_s > silent_after_s:
        return State("not_measurable", looks[-1].not_measurable, None, looks[-1].at_s, level, level_at_s)
    return State("measured", None, level, level_at_s, level, level_at_s)


def without_vote(state: State) -> State:
    """The state of a bin whose sensor does not suit it: not known, whatever it says, but for what happens to the bin itself."""
    reason = state.reason if state.reason in HAPPENS_TO_THE_BIN else "unsuitable"
    return State("not_measurable", reason, None, state.observed_at_s)


def _level(last_fills: Sequence[float]) -> float:
    """The fill now, 0 to 100: the last reading, or the middle of the last three where the last is a jump up.

    A false echo comes from something nearer than the waste (liner, rim, a bridge of rubbish), so that a bin may falsely seem
    fuller; an echo from far away means that the way down was free. So a drop is believed at once: a crew's work must show.
    """
    middle = float(np.median(last_fills))
    return clamped(middle if last_fills[-1] - middle > JUMP_PCT else last_fills[-1])


def _why_unbelievable(measured: Sequence[Look], recent: Sequence[Look]) -> str | None:
    """Why measured fills are not to be believed: wrong_record (by the recent ones) or stuck; None: they are."""
    fills = [look.fill_pct for look in recent if look.fill_pct is not None]
    if not fills:
        return None
    lowest, highest = PLAUSIBLE_PCT
    if not lowest <= float(np.median(fills)) <= highest:
        return "wrong_record"
    if fills[-1] >= FULL_PCT:
        return None
    same = list(takewhile(lambda look: look.fill_pct == measured[-1].fill_pct, reversed(measured)))
    stuck = len(same) >= STUCK_LEAST_READINGS and same[0].at_s - same[-1].at_s >= STUCK_FOR_S
    return "stuck" if stuck else None
