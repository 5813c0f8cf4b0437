"""The ledger of some days: what came and what became of it by day of receipt, what was sent and is missing by day of sending."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

from streets.accounts.frames import frame_days
from streets.store import ledger, refused_frames
from streets.store.database import Connection
from streets.store.ledger import DayLine, Fault, Line, Refusals

# All days: from before the first sensor until after the last.
FIRST, LAST = date(2000, 1, 1), date(2999, 12, 31)


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """Messages of a device, or of several together, on one day, or, where `day` is None, on several.

    received = stored + duplicate + rejected are by UTC day of receipt. sent = heard + missing are by UTC day of sending, whenever
    the frames came; None where no frame with a counter tells. Of `untold` refused messages, by day of receipt, the counter is not
    kept: so many at most of the missing frames came. `council` is None for devices that are not registered.
    """

    source: str
    device: str
    sent: int | None
    received: int
    stored: int
    duplicate: int
    rejected: int
    missing: int | None
    heard: int | None
    untold: int
    council: str | None
    day: date | None


@dataclass(frozen=True, slots=True)
class Ledger:
    """A line for each day and device, why messages were refused, and what does not hold."""

    lines: list[LedgerLine]
    refusals: list[Refusals]
    faults: list[Fault]

    @property
    def balances(self) -> bool:
        """Whether everything that came is accounted for."""
        return not self.faults


def read_ledger(conn: Connection, first: date, last: date) -> Ledger:
    """The ledger from the day `first` to `last`."""
    faults, refusals = ledger.faults(conn, first, last), ledger.refusals(conn, first, last)
    return Ledger(_lines(conn, first, last), refusals, faults)


def by_device(lines: Iterable[LedgerLine]) -> list[LedgerLine]:
    """The lines of several days as one for each source and device."""
    return _together((replace(line, day=None) for line in lines), lambda line: (line.source, not line.device, line.device))


def by_source(lines: Iterable[LedgerLine]) -> list[LedgerLine]:
    """The lines as one for each source."""
    return _together((replace(line, day=None, device="", council=None) for line in lines), lambda line: line.source)


def by_day(lines: Iterable[LedgerLine]) -> list[LedgerLine]:
    """The lines as one for each day, with the source `all`."""
    return _together((replace(line, source="all", device="", council=None) for line in lines), lambda line: line.day)


def without_strangers(lines: Iterable[LedgerLine]) -> list[LedgerLine]:
    """The lines, in which devices that no council has registered stand together without their names, after the others."""
    named = (line if line.council else replace(line, device="") for line in lines)
    return _together(named, lambda line: (line.day or FIRST, line.source, not line.device, line.device))


def total(lines: Iterable[LedgerLine]) -> LedgerLine:
    """All lines as one, with the source `all`; sent and missing over those that know them."""
    nothing = LedgerLine("all", "", None, 0, 0, 0, 0, None, None, 0, None, None)
    every = (replace(line, source="all", device="", council=None, day=None) for line in lines)
    return next(iter(_together(every, lambda _line: 0)), nothing)


def _lines(conn: Connection, first: date, last: date) -> list[LedgerLine]:
    """A device that was not heard on a day has a line all the same, when frames of that day are missing or came later."""
    owners = ledger.owners(conn)
    frames = {(each.day, each.source, each.device): (each.heard, each.missing) for each in frame_days(conn, first, last)}
    came = {line[:3]: line for line in ledger.day_lines(conn, first, last)}
    untold = refused_frames.untold(conn, first, last)
    return [
        _line(came.get(key) or DayLine(*key, 0, 0, 0, 0), frames.get(key), untold.get(Line(*key), 0), owners.get(key[2]))
        for key in sorted(came.keys() | frames.keys(), key=lambda key: (*key[:2], not key[2], key[2]))
    ]


def _line(came: DayLine, frames: tuple[int, int] | None, untold: int, council: str | None) -> LedgerLine:
    heard, missing = frames or (None, None)
    return LedgerLine(
        came.source,
        came.device,
        sum(frames) if frames else None,
        came.received,
        came.stored,
        came.duplicate,
        came.rejected,
        missing,
        heard,
        untold,
        council,
        came.day,
    )


def _together(lines: Iterable[LedgerLine], key: Callable[[LedgerLine], Any]) -> list[LedgerLine]:
    """One line for all of the same key, in the order of the keys."""
    return [_sum(list(same)) for _, same in groupby(sorted(lines, key=key), key=key)]


def _sum(lines: list[LedgerLine]) -> LedgerLine:
    return replace(
        lines[0],
        sent=_known(line.sent for line in lines),
        received=sum(line.received for line in lines),
        stored=sum(line.stored for line in lines),
        duplicate=sum(line.duplicate for line in lines),
        rejected=sum(line.rejected for line in lines),
        missing=_known(line.missing for line in lines),
        heard=_known(line.heard for line in lines),
        untold=sum(line.untold for line in lines),
    )


def _known(counts: Iterable[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None
