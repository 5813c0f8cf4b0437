"""Counting: every frame that came is stored, duplicate or rejected, and the ledger says so."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from ingest.outcome import Kept, Outcome, Refused
from streets.store import ledger
from streets.store.database import Connection


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
    """Add to the ledger; what is kept and not new is duplicate."""
    received = Counter(map(_entry, outcomes))
    rejected = Counter(map(_entry, refused))
    stored = Counter(map(_entry, new))
    duplicate = received - rejected - stored
    ledger.count_messages(
        conn,
        [ledger.Tally(*entry, received[entry], stored[entry], duplicate[entry], rejected[entry]) for entry in received],
    )
    return Tally(received.total(), stored.total(), duplicate.total(), rejected.total(), _refusals(outcomes), _freshest(outcomes))


def _refusals(outcomes: Iterable[Outcome]) -> tuple[Refused, ...]:
    refusals = (outcome if isinstance(outcome, Refused) else outcome.part for outcome in outcomes)
    return tuple(refusal for refusal in refusals if refusal is not None)


def _freshest(outcomes: Iterable[Outcome]) -> datetime | None:
    """The latest time of a frame, as far as somebody else than we gave it one."""
    kept = (outcome.uplink for outcome in outcomes if isinstance(outcome, Kept))
    return max((uplink.observed_at for uplink in kept if uplink.time_source != "received"), default=None)


def _entry(outcome: Outcome) -> tuple[date, str, str]:
    """The line of the ledger that an outcome is counted in."""
    day = outcome.message.received_at.astimezone(UTC).date()
    if isinstance(outcome, Kept):
        return day, outcome.uplink.source, outcome.uplink.device
    return day, outcome.source, outcome.device
