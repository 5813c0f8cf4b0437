"""How much of what is refused is kept: a storm of rejects must not fill the disk, nor keep others out.

Three bounds, all of which must hold: of one line (a speaker's messages refused for one reason on one day), of one source's
day, and of everything together. What comes beyond them is counted and not kept. The numbers of refused frames, which are small
and say that a frame was not lost, have three of their own: of one device's day, of one source's day, and of all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, TypeVar

# A message every 17 seconds, all day: far more than any sensor says, so nobody's ordinary day is cut short.
LINE_MESSAGES = 5_000
LINE_BYTES = 16_000_000
# So a night's storm from one network leaves room for the others, and for the days to come.
DAY_SHARE = 4
# The numbers of refused frames stay when their messages have no room: one every 4.3 seconds, all day, and of invented names few.
FRAMES_OF_DEVICE = 20_000
FRAMES_OF_STRANGER = 1_000
# A row with its place in the index; all of them together take so much of the budget beside what rejects take.
FRAME_BYTES = 300
FRAMES_SHARE = 4

Key = TypeVar("Key")


class Line(NamedTuple):
    """Rejects of one speaker for one reason on one UTC day."""

    day: date
    source: str
    speaker: str
    reason: str


@dataclass(slots=True)
class Used:
    """What is kept already: by line (messages, bytes), by day and source (bytes), and in all (bytes)."""

    lines: dict[Line, tuple[int, int]] = field(default_factory=dict)
    days: dict[tuple[date, str], int] = field(default_factory=dict)
    all_bytes: int = 0

    def take(self, line: Line, size_bytes: int, budget_bytes: int) -> bool:
        """Use room for one more message of the line; False where there is none left."""
        messages, line_bytes = self.lines.get(line, (0, 0))
        day_bytes = self.days.get((line.day, line.source), 0)
        if (
            messages >= LINE_MESSAGES
            or line_bytes + size_bytes > LINE_BYTES
            or day_bytes + size_bytes > budget_bytes // DAY_SHARE
            or self.all_bytes + size_bytes > budget_bytes
        ):
            return False
        self.lines[line] = messages + 1, line_bytes + size_bytes
        self.days[line.day, line.source] = day_bytes + size_bytes
        self.all_bytes += size_bytes
        return True


def kept_within(coming: Mapping[Key, tuple[Line, int]], used: Used, budget_bytes: int) -> set[Key]:
    """Which of the messages that come, each with its line and size in bytes, are kept; `used` is counted up by them."""
    return {key for key, (line, size_bytes) in coming.items() if used.take(line, size_bytes, budget_bytes)}


def without_line(unkept: Iterable[Line], used: Used) -> set[Line]:
    """The lines of which nothing is kept: their speakers are counted together, or names alone could fill the disk."""
    return {line for line in unkept if line not in used.lines}


@dataclass(slots=True)
class FrameRoom:
    """Refused frames whose numbers are kept already: by day, source and device; by day and source; and in all."""

    devices: dict[tuple[date, str, str], int]
    days: dict[tuple[date, str], int]
    most_in_all: int
    in_all: int = field(init=False)

    def __post_init__(self) -> None:
        self.in_all = sum(self.days.values())

    def take(self, device: tuple[date, str, str], is_registered: bool) -> bool:
        """Use room for one more frame of a device on a day; False where there is none left."""
        day = device[:2]
        of_device, of_day = self.devices.get(device, 0), self.days.get(day, 0)
        if (
            of_device >= (FRAMES_OF_DEVICE if is_registered else FRAMES_OF_STRANGER)
            or of_day >= self.most_in_all // DAY_SHARE
            or self.in_all >= self.most_in_all
        ):
            return False
        self.devices[device], self.days[day] = of_device + 1, of_day + 1
        self.in_all += 1
        return True


def frames_at_most(budget_bytes: int) -> int:
    """How many refused frames are kept by number in all."""
    return budget_bytes // FRAMES_SHARE // FRAME_BYTES
