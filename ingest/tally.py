"""Counting: every frame that came is stored, duplicate or rejected, and the ledger says so."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import groupby
from operator import attrgetter

from ingest.outcome import Kept, Outcome, Refused
from ingest.refused.counters import keep_counters
from streets.store import ledger
from streets.store.database import Connection
from streets.store.ledger import Line
from streets.store.uplinks import UplinkRow

# Taken of every message: attrgetter is twice as fast as an expression.
RECEIVED_AT = attrgetter("message.received_at")
WHO = attrgetter("uplink.source", "uplink.device")
NONE: Counter[str] = Counter()


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of frames: received = stored + duplicate + rejected.

    `refusals` are those of frames and of their parts; `freshest` is the latest time that a network or device gave a frame;
    two tallies are equal whose counts are.
    """

    received: int = 0
    stored: int = 0
    duplicate: int = 0
    rejected: int = 0
    refusals: tuple[Refused, ...] = field(default=(), compare=False)
    freshest: datetime | None = field(default=None, compare=False)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.received + other.received,
            self.stored + other.stored,
            self.duplicate + other.duplicate,
            self.rejected + other.rejected,
            self.refusals + other.refusals,
            max((each for each in (self.freshest, other.freshest) if each is not None), default=None),
        )


def count(conn: Connection, outcomes: Sequence[Outcome], new: Sequence[Kept], refused: Sequence[Refused]) -> Tally:
    """Add to the ledger. Each outcome is counted from what became of the messages, none as what is left of the others."""
    if not outcomes:
        return Tally()
    kept = [outcome for outcome in outcomes if isinstance(outcome, Kept)]
    of_kept = _by_line(kept)
    # Mostly all that is kept is new: then it is counted already.
    stored = of_kept if len(new) == len(kept) else _by_line(new)
    duplicate = _by_line(_not_new(kept, new))
    reasons = _reasons_by_line(refused)
    received = of_kept + Counter({line: of.total() for line, of in reasons.items()}) if reasons else of_kept
    nameless = ledger.count(
        conn,
        [
            ledger.Tally(line, times, stored.get(line, 0), duplicate.get(line, 0), reasons.get(line, NONE))
            for line, times in received.items()
        ],
    )
    keep_counters(conn, refused, nameless)
    parts = (frame.part for frame in kept if frame.part is not None)
    return Tally(len(outcomes), stored.total(), duplicate.total(), len(refused), (*refused, *parts), _freshest(kept))


def count_restarted(conn: Connection, rows: Sequence[UplinkRow]) -> None:
    """Count frames as stored that were duplicates of their day until now."""
    lines = Counter(Line(_day(row.received_at), row.source, row.device) for row in rows)
    ledger.count(conn, [ledger.Tally(line, 0, frames, -frames, NONE) for line, frames in lines.items()])


def _not_new(kept: Sequence[Kept], new: Sequence[Kept]) -> list[Kept]:
    """The duplicates: frames that were kept before."""
    stored = set(map(id, new)) if len(new) < len(kept) else None
    return [frame for frame in kept if id(frame) not in stored] if stored is not None else []


def _by_line(frames: Sequence[Kept]) -> Counter[Line]:
    """How many frames there are of each line of the ledger."""
    counts: Counter[Line] = Counter()
    for day, of_day in _by_day(frames):
        counts.update({Line(day, *who): times for who, times in Counter(map(WHO, of_day)).items()})
    return counts


def _by_day(frames: Sequence[Kept]) -> Iterable[tuple[date, Iterable[Kept]]]:
    """The frames by UTC day of receipt; few batches see midnight, and those that do not are not taken apart."""
    days = {_day(at) for at in (min(map(RECEIVED_AT, frames)), max(map(RECEIVED_AT, frames)))} if frames else ()
    if len(days) == 1:
        return [(day, frames) for day in days]
    return groupby(sorted(frames, key=RECEIVED_AT), key=lambda frame: _day(RECEIVED_AT(frame)))


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()


def _reasons_by_line(refused: Iterable[Refused]) -> dict[Line, Counter[str]]:
    """How often each reason comes on each line of the ledger."""
    reasons: dict[Line, Counter[str]] = defaultdict(Counter)
    for each in refused:
        reasons[Line(_day(each.message.received_at), each.source, each.device)][each.reject.reason] += 1
    return reasons


def _freshest(kept: Iterable[Kept]) -> datetime | None:
    """The latest time of a frame, as far as somebody else than we gave it one."""
    return max((frame.uplink.observed_at for frame in kept if frame.uplink.time_source != "received"), default=None)
