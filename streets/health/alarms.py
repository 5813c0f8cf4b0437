"""Alarms that an officer must hear of at once. When one begins, when it is late, and when it has ended.

`heat` is what bin sensors without a fire alarm of their own have instead: their alarm of temperature.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

KINDS = ("fire", "heat", "tilt", "vandal")

LATE_AFTER = timedelta(minutes=15)
"""A device's memory, or a device that keeps its own time: what it says of longer ago is no news of now."""
OLD_AFTER = timedelta(hours=6)
"""What only waited on its way (a network or ourselves were away) may still be true, and rings; not for ever."""
NORMAL_WORDS = 2
"""A device that reports alarms by silence about them has to be silent about them twice."""


@dataclass(frozen=True, slots=True)
class Word:
    """What a device said after it told an alarm: the alarms that were on, and whether it said that it hangs straight."""

    at: datetime
    kinds: tuple[str, ...]
    straight: bool


def kinds_of(alarms: Iterable[str] | None, tilted: bool | None) -> tuple[str, ...]:
    """Which of KINDS a reading tells."""
    told = {"heat" if alarm == "temperature" else alarm for alarm in alarms or ()}
    if tilted:
        told.add("tilt")
    return tuple(kind for kind in KINDS if kind in told)


def is_late(observed_at: datetime, received_at: datetime, by_device: bool) -> bool:
    """Whether an alarm is news of the past, which must not ring now. `by_device`: its time is the device's own."""
    return received_at - observed_at > (LATE_AFTER if by_device else OLD_AFTER)


def ended_at(kind: str, late: bool, words: Sequence[Word]) -> datetime | None:
    """When the alarm ended, by what the device said of what it measures since it last told it, in order; None: it has not.

    It ends when the device says so, which of these only tilt can, or has left it out NORMAL_WORDS times running. A late one
    ends with the next word, whatever that is: an alarm that goes on is told again by itself.
    """
    normal = 0
    for word in words:
        if late or (kind == "tilt" and word.straight and kind not in word.kinds):
            return word.at
        normal = 0 if kind in word.kinds else normal + 1
        if normal == NORMAL_WORDS:
            return word.at
    return None
