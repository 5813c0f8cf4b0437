"""Frames sent and missing, by the UTC day on which they were sent."""

from collections import Counter as Tally
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby, pairwise

from streets.frames.runs import Counter, Frame, Run

MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Day:
    """Frames that a device sent on one UTC day: `heard` came, then or later, `missing` did not.

    `last` is the newest frame by the end of the day, to count on from; None where none was heard.
    """

    day: date
    heard: int
    missing: int
    last: Frame | None


def days(frames: Sequence[Frame], before: Frame | None, since: date, sessions_begin_at_0: bool) -> list[Day]:
    """The days from `since` on. `frames` are in the order in which they were observed; `before` is the last earlier one.

    Nobody knows when a lost frame was sent: those between two that came are spread evenly over the time between them.
    """
    counter = Counter(before, sessions_begin_at_0)
    heard: dict[date, int] = {}
    last: dict[date, Frame | None] = {}
    for day, of_day in groupby(frames, key=_day_of):
        heard[day] = 0
        for frame in of_day:
            counter.add(frame)
            heard[day] += 1
        last[day] = counter.last_frame
    missing: Tally[date] = Tally()
    for run in counter.runs:
        for day, lost in _lost(run):
            if lost:
                missing[day] += lost
    told = sorted(day for day in heard.keys() | missing.keys() if day >= since)
    return [Day(day, heard.get(day, 0), missing[day], last.get(day)) for day in told]


def _day_of(frame: Frame) -> date:
    return frame.at.date()


def _lost(run: Run) -> Iterator[tuple[date, int]]:
    """The days on which frames of the run were lost, with how many."""
    numbers = sorted(run.at)
    if run.since is not None:
        yield from _spread(numbers[0], run.since, run.at[numbers[0]])
    for number, later in pairwise(numbers):
        if later - number > 1:
            yield from _spread(later - number - 1, run.at[number], run.at[later])


def _spread(lost: int, after: datetime, until: datetime) -> Iterator[tuple[date, int]]:
    """`lost` frames spread evenly between two times: how many fall on each day. At the later time's day if that is no later."""
    between = (until - after) // MICROSECOND
    if between <= 0:
        yield until.date(), lost
        return
    told = 0
    for midnight in _midnights(after, until):
        # The k-th of n lost frames was sent at after + k / (n + 1) of the time between; count those before midnight.
        before = ((midnight - after) // MICROSECOND * (lost + 1) - 1) // between
        yield (midnight - timedelta(days=1)).date(), before - told
        told = before
    yield until.date(), lost - told


def _midnights(after: datetime, until: datetime) -> Iterable[datetime]:
    midnight = datetime.combine(after.date(), time(), UTC) + timedelta(days=1)
    while midnight <= until:
        yield midnight
        midnight += timedelta(days=1)
