"""The ledger: what came from each device on each UTC day of receipt, what became of it, and why what was refused."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from streets.store.database import Connection, column, execute, rows, value

# Anybody may invent names: so many of a day and source get a line of their own, the others share the line without a name.
STRANGERS_NAMED = 100


class Line(NamedTuple):
    """Which line of the ledger. `device` is empty where the message did not say, and for strangers beyond STRANGERS_NAMED."""

    day: date
    source: str
    device: str


class Tally(NamedTuple):
    """What came on a line; each outcome is counted by itself. `refused` is by reason."""

    line: Line
    received: int
    stored: int
    duplicate: int
    refused: Counter[str]


class Move(NamedTuple):
    """Messages refused for `reason` on the line `refused`, and what they are now; `tally.received` is how many."""

    refused: Line
    reason: str
    tally: Tally


class DayLine(NamedTuple):
    """What came on a line."""

    day: date
    source: str
    device: str
    received: int
    stored: int
    duplicate: int
    rejected: int


class Refusals(NamedTuple):
    """How many messages of a line were refused for a reason."""

    day: date
    source: str
    device: str
    reason: str
    rejected: int


@dataclass(frozen=True, slots=True)
class Fault:
    """What of the ledger does not hold: `counted` messages against `found`. `device` is None where all of a source are meant."""

    day: date
    source: str
    device: str | None
    what: str
    counted: int
    found: int


class _Owned(NamedTuple):
    device: str
    council: str


def count(conn: Connection, tallies: Sequence[Tally]) -> set[Line]:
    """Add to the ledger; return the lines of strangers that got none of their own.

    Lines are locked in the order of their keys, so that two who count never wait for each other.
    """
    nameless = _nameless(conn, tallies)
    ordered = _by_line(tallies, nameless)
    execute(
        conn,
        "count_lines",
        **_columns([tally.line for tally in ordered]),
        received=[tally.received for tally in ordered],
        stored=[tally.stored for tally in ordered],
        duplicate=[tally.duplicate for tally in ordered],
        rejected=[tally.refused.total() if tally.refused else 0 for tally in ordered],
    )
    reasons = [(tally.line, *reason) for tally in ordered for reason in sorted(tally.refused.items())]
    if reasons:
        execute(
            conn,
            "count_reasons",
            **_columns([line for line, _, _ in reasons]),
            reasons=[reason for _, reason, _ in reasons],
            rejected=[times for _, _, times in reasons],
        )
    return nameless


def move(conn: Connection, moves: Sequence[Move]) -> None:
    """Count messages that were refused as what they are now.

    They are taken from their device's line, or, where it was one stranger among many, from the line without a name. Messages
    that the ledger does not have as refused were never counted: then they are now.
    """
    if not moves:
        return
    lines = {line for each in moves for line in (each.refused, each.refused._replace(device=""), each.tally.line)}
    column(conn, "lock_lines", **_columns(list(lines)))
    for each in moves:
        execute(conn, "uncount_refused", reason=each.reason, times=each.tally.received, **each.refused._asdict())
    count(conn, [each.tally for each in moves])


def day_lines(conn: Connection, first: date, last: date) -> list[DayLine]:
    """What came on each line from the day `first` to `last`."""
    return rows(conn, "day_lines", DayLine, first=first, last=last)


def refusals(conn: Connection, first: date, last: date) -> list[Refusals]:
    """Why messages were refused from the day `first` to `last`."""
    return rows(conn, "refusals", Refusals, first=first, last=last)


def owners(conn: Connection) -> dict[str, str]:
    """The council of each registered device, and of each council's phones."""
    return {owned.device: owned.council for owned in rows(conn, "owners", _Owned)}


def faults(conn: Connection, first: date, last: date) -> list[Fault]:
    """Where the ledger contradicts itself: outcomes, or reasons, that do not add up."""
    return rows(conn, "ledger_faults", Fault, first=first, last=last)


def differences(conn: Connection, first: date, last: date) -> list[Fault]:
    """Where the ledger contradicts what is stored, as far back as raw frames are kept; it counts them all."""
    return rows(conn, "ledger_differences", Fault, first=first, last=last)


def raw_kept_since(conn: Connection) -> date | None:
    """The first day of which no raw frame has been deleted; None: none ever was."""
    since: date | None = value(conn, "raw_kept_since")
    return since


def _columns(lines: Sequence[Line]) -> dict[str, object]:
    days, sources, devices = zip(*lines, strict=True)
    return {"days": list(days), "sources": list(sources), "devices": list(devices)}


def _nameless(conn: Connection, tallies: Iterable[Tally]) -> set[Line]:
    """The lines of strangers that get none of their own."""
    doubtful = [
        tally.line for tally in tallies if tally.refused and tally.line.device and tally.received == tally.refused.total()
    ]
    named = rows(conn, "named_lines", Line, **_columns(doubtful), most=STRANGERS_NAMED) if doubtful else []
    return set(doubtful) - set(named)


def _by_line(tallies: Iterable[Tally], nameless: Collection[Line]) -> list[Tally]:
    """One tally for each line, in the order of their keys."""
    together: dict[Line, Tally] = {}
    for tally in tallies:
        line = tally.line._replace(device="") if tally.line in nameless else tally.line
        same = together.get(line)
        together[line] = tally if same is None and line == tally.line else _sum(line, [tally, *([same] if same else [])])
    return [together[line] for line in sorted(together)]


def _sum(line: Line, tallies: Sequence[Tally]) -> Tally:
    return Tally(
        line,
        sum(tally.received for tally in tallies),
        sum(tally.stored for tally in tallies),
        sum(tally.duplicate for tally in tallies),
        sum((tally.refused for tally in tallies), Counter()),
    )
