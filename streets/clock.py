"""The only reader of the clock. Everything else is handed the time.

`STREETS_CLOCK=<real>,<told>,<speed>` (two ISO 8601 times and a number) makes the clock of every process of a
demonstration say `told` when the real time is `real`, and run `speed` times as fast; production leaves it unset.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Clock:
    """Told time = told + (real time - real) x speed."""

    real: datetime | None = None
    told: datetime | None = None
    speed: float = 1.0

    def now(self) -> datetime:
        """The time, with zone UTC."""
        real_now = datetime.now(UTC)
        if self.real is None or self.told is None:
            return real_now
        return self.told + timedelta(seconds=(real_now - self.real).total_seconds() * self.speed)

    def real_s(self, told: timedelta) -> float:
        """How many seconds of real time pass while this clock tells so much."""
        return told.total_seconds() / self.speed


def clock_of(words: str | None) -> Clock:
    """The clock that `STREETS_CLOCK` describes. Raises ValueError on words it cannot read."""
    if not words:
        return Clock()
    real, told, speed = words.split(",")
    return Clock(datetime.fromisoformat(real), datetime.fromisoformat(told), float(speed))


CLOCK = clock_of(os.environ.get("STREETS_CLOCK"))


def now() -> datetime:
    """The time now, with zone UTC."""
    return CLOCK.now()


def running_from(at: datetime) -> Callable[[], datetime]:
    """A clock that says `at` at first, and runs on from there as fast as this one."""
    began_s = time.monotonic()
    return lambda: at + timedelta(seconds=(time.monotonic() - began_s) * CLOCK.speed)
