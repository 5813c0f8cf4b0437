"""Counting: every frame that came is stored, duplicate or rejected, and the ledger says so."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date

from ingest.outcome import Kept, Outcome, Refused
from streets.store import ledger
from streets.store.database import Connection


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of frames: received = stored + duplicate + rejected."""

    received: int = 0
    stored: int = 0
    duplicate: int = 0
    rejected: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.received + other.received,
            self.stored + other.stored,
            self.duplicate + other.duplicate,
            self.rejected + other.rejected,
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
    return Tally(received.total(), stored.total(), duplicate.total(), rejected.total())


def _entry(outcome: Outcome) -> tuple[date, str, str]:
    """The line of the ledger that an outcome is counted in."""
    day = outcome.message.received_at.astimezone(UTC).date()
    if isinstance(outcome, Kept):
        return day, outcome.uplink.source, outcome.uplink.device
    return day, outcome.source, outcome.device
