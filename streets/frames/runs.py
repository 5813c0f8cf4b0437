"""Runs of a frame counter: frames whose numbers go on from each other, through gaps, wraps and overtaking.

A device counts its frames, so a number that is left out is a frame that was lost. Counters do not only count, though:
they wrap (at 2^16 or 2^32), begin again after a restart, and arrive out of order. A number that falls just after the end of
its range has wrapped; one that fills a gap soon after was overtaken; any other means that the counter began again, and what
was lost right there is not known.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

# LoRaWAN L2 1.0.3, 4.3.1.5 (MAX_FCNT_GAP): network servers take no frame that is further ahead. Devices without LoRaWAN
# may jump further, if there was a second for each frame.
LARGEST_GAP = 16_384
WRAPS_AT = (2**16, 2**32)
# A day of frames every five minutes, rounded up: so many may be lost around a wrap before it looks like a restart.
WRAPS_WITHIN = 300
# Frames come in the order in which they were observed: only a clock that was put right, by an hour at the end of summer, turns
# it round.
OVERTAKES_WITHIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame that came, stored or refused. `at` is when it was observed; `session` is "" where the network names none."""

    session: str
    f_cnt: int
    at: datetime


class Run:
    """Frames whose numbers go on from each other. `at` tells when each was observed, by its number with wraps undone."""

    def __init__(self, frame: Frame, since: datetime | None = None) -> None:
        """A run that begins with `frame`; `since`, where the frames from number 0 on were sent after that time."""
        self.session = frame.session
        self.since = since
        self.at = {frame.f_cnt: frame.at}
        self.first = self.last = frame.f_cnt
        self._wraps_at: int | None = None

    @property
    def last_frame(self) -> Frame:
        """The newest frame by number, with the number that it had."""
        number = self.last if self._wraps_at is None else self.last % self._wraps_at
        return Frame(self.session, number, self.at[self.last])

    def place(self, frame: Frame) -> int | None:
        """The frame's number in this run, or None where the counter must have begun again."""
        number = self._unwrapped(frame.f_cnt)
        if number > self.last:
            return number if self._may_be_lost(number - self.last - 1, frame.at) else None
        if frame.at - self.at[self.last] > OVERTAKES_WITHIN:
            return None
        # One that came before cannot come again; one before the first would make us suppose loss that nothing speaks for.
        return number if number >= self.first - 1 and number not in self.at else None

    def add(self, number: int, frame: Frame) -> None:
        """Take in a frame at the number that `place` gave."""
        if number != frame.f_cnt and self._wraps_at is None:
            self._wraps_at = number - frame.f_cnt
        self.at[number] = frame.at
        self.first, self.last = min(self.first, number), max(self.last, number)

    def _unwrapped(self, f_cnt: int) -> int:
        if self._wraps_at is not None:
            turn = self.last - self.last % self._wraps_at
            turns = (turn + f_cnt - self._wraps_at, turn + f_cnt, turn + f_cnt + self._wraps_at)
            return min(turns, key=lambda number: abs(number - self.last))
        for wrap in WRAPS_AT:
            if self.last < wrap and f_cnt < self.last and f_cnt + wrap - self.last <= WRAPS_WITHIN:
                return f_cnt + wrap
        return f_cnt

    def _may_be_lost(self, frames: int, until: datetime) -> bool:
        return frames < LARGEST_GAP or frames <= (until - self.at[self.last]).total_seconds()


class Counter:
    """A device's frames, put into runs one by one in the order in which they were observed."""

    def __init__(self, before: Frame | None, sessions_begin_at_0: bool) -> None:
        """`before` is the device's last frame before these; LoRaWAN sessions begin at 0, so what they lack there was lost."""
        self.runs: list[Run] = []
        self._sessions: dict[str, list[Run]] = {}
        self._begin_at_0 = sessions_begin_at_0
        self._latest: Frame | None = None
        if before is not None:
            self._begin(Run(before))
            self._latest = before

    def add(self, frame: Frame) -> None:
        """Take in the next frame."""
        runs = self._sessions.get(frame.session)
        if runs is None:
            self._begin(self._joined(frame))
        else:
            self._follow(runs, frame)
        self._latest = frame

    @property
    def last_frame(self) -> Frame | None:
        """The newest frame, by number, of the run that was added to last; None before the first."""
        return self._sessions[self._latest.session][-1].last_frame if self._latest else None

    def _begin(self, run: Run) -> None:
        self.runs.append(run)
        self._sessions.setdefault(run.session, []).append(run)

    def _joined(self, frame: Frame) -> Run:
        """The run of a new session. Of the very first one we cannot know how long it had gone on before we listened."""
        run = Run(frame)
        if self._latest is not None and self._begin_at_0 and frame.session:
            lost_at_most = max(LARGEST_GAP, (frame.at - self._latest.at).total_seconds())
            run.since = self._latest.at if frame.f_cnt <= lost_at_most else None
        return run

    def _follow(self, runs: list[Run], frame: Frame) -> None:
        """Add to the session's newest run, or begin another.

        A single frame that fits nowhere, after which the run before it goes on, was a stray: it stays alone.
        """
        place = runs[-1].place(frame)
        if len(runs) > 1 and len(runs[-1].at) == 1:
            earlier = runs[-2].place(frame)
            goes_on = earlier is not None and earlier > runs[-2].last
            if goes_on and (place is None or earlier - runs[-2].last < place - runs[-1].last):  # type: ignore[operator]
                runs[-2:] = [runs[-1], runs[-2]]
                place = earlier
        if place is None:
            self._begin(Run(frame))
        else:
            runs[-1].add(place, frame)
