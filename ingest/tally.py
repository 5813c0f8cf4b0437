"""Counting: every frame that came is stored, duplicate or rejected, and the ledger says so."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ingest.outcome import Kept, Outcome, Refused
from streets.store import ledger
from streets.store.database import Connection
from streets.store.ledger import Line

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
    received = _by_line(outcomes)
    stored = received if len(new) == len(outcomes) else _by_line(new)
    duplicate = _by_line(_kept_before(outcomes, new)) if len(outcomes) > len(new) + len(refused) else Counter()
    reasons: dict[Line, Counter[str]] = defaultdict(Counter)
    for each in refused:
        reasons[_line(each)][each.reject.reason] += 1
    ledger.count(
        conn,
        [ledger.Tally(line, frames, stored[line], duplicate[line], reasons.get(line, NONE)) for line, frames in received.items()],
    )
    return Tally(len(outcomes), stored.total(), duplicate.total(), len(refused), _refusals(outcomes), _freshest(outcomes))


def _kept_before(outcomes: Iterable[Outcome], new: Iterable[Kept]) -> list[Kept]:
    """The duplicates: frames to keep that are not new."""
    stored = set(map(id, new))
    return [outcome for outcome in outcomes if isinstance(outcome, Kept) and id(outcome) not in stored]


def _by_line(outcomes: Iterable[Outcome]) -> Counter[Line]:
    return Counter(map(_line, outcomes))


def _line(outcome: Outcome) -> Line:
    """The line of the ledger that an outcome is counted in: by UTC day of receipt."""
    day = outcome.message.received_at.astimezone(UTC).date()
    if isinstance(outcome, Kept):
        return Line(day, outcome.uplink.source, outcome.uplink.device)
    return Line(day, outcome.source, outcome.device)


def _refusals(outcomes: Iterable[Outcome]) -> tuple[Refused, ...]:
    refusals = (outcome if isinstance(outcome, Refused) else outcome.part for outcome in outcomes)
    return tuple(refusal for refusal in refusals if refusal is not None)


def _freshest(outcomes: Iterable[Outcome]) -> datetime | None:
    """The latest time of a frame, as far as somebody else than we gave it one."""
    kept = (outcome.uplink for outcome in outcomes if isinstance(outcome, Kept))
    return max((uplink.observed_at for uplink in kept if uplink.time_source != "received"), default=None)
