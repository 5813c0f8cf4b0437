"""What a reader of recorded data hands over: messages, the assets they belong to, drives, and what it could not read."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from simulators.asset_files import Row
from simulators.history import Message

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
"""Installation records of recorded devices begin here: nobody wrote down when they were mounted."""


class RecordingError(ValueError):
    """The file is not a recording that can be read; the message says why, for a person."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that could not be read: `line` counts from 1 in the (unpacked) file."""

    file: str
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Trace:
    """One drive: `time_s` Unix seconds (n,), `lat`, `lon` degrees (n,), `speed_m_s` (n,), `accel_g` (n, 3) with gravity."""

    name: str
    time_s: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    lon: npt.NDArray[np.float64]
    speed_m_s: npt.NDArray[np.float64]
    accel_g: npt.NDArray[np.float64]


@dataclass(slots=True)
class Recording:
    """Messages in the order of their time; `assets` holds rows to import, by kind (see asset_files.COLUMNS)."""

    messages: list[Message] = field(default_factory=list)
    assets: dict[str, list[Row]] = field(default_factory=dict)
    traces: list[Trace] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Window:
    """Which stretch of a recording to tell, [start, end), and by how many whole weeks later than it happened.

    Whole weeks keep every weekday and hour what it was.
    """

    start: datetime = LONG_AGO
    end: datetime = datetime(2100, 1, 1, tzinfo=UTC)
    weeks_later: int = 0

    def holds(self, at: datetime) -> bool:
        """Whether what happened at that time is told."""
        return self.start <= at < self.end

    @property
    def moved(self) -> timedelta:
        """How much later it is told than it happened."""
        return timedelta(weeks=self.weeks_later)


def in_order(messages: list[Message]) -> list[Message]:
    """Messages by time; those of the same time stay in the order of the file."""
    return sorted(messages, key=lambda message: message[2])
