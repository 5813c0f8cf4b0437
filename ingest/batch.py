"""A batch of outcomes is kept in one transaction: frames, readings, refusals, the ledger, and what jobs must look at again."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import blake2b
from uuid import UUID

from ingest.journey import process
from ingest.outcome import Kept, Message, Outcome, Refused
from ingest.registry import Registry
from ingest.uplink import Reject
from streets.store import journey, ledger, rejects
from streets.store.database import Connection, Database, NotStorable

RAW_BYTES_KEPT = 64 * 1024
TEXT_KEPT = 1_000
# Reasons that an import since the registry was last looked at may have taken away.
MAY_HAVE_PASSED = frozenset({"unknown_device", "unknown_council", "wrong_council", "wrong_model", "not_installed", "time_before_installation"})


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the frames received."""

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


def keep_messages(db: Database, registry: Registry, messages: Sequence[Message], timeout_s: float | None = None) -> Tally:
    """Take the messages through the journey and keep what becomes of them, whatever they hold.

    Should the database refuse a row, the batch is halved until the message that holds it stands alone, and is refused.
    Raises DatabaseError when the database cannot be used at present; then nothing was kept.
    """
    try:
        with db.transaction(timeout_s) as conn:
            return keep(conn, _outcomes(conn, registry, messages))
    except NotStorable as error:
        if len(messages) == 1:
            unstorable = Reject("not_storable", f"The database refuses it: {error}")
            with db.transaction(timeout_s) as conn:
                return keep(conn, [_refused_whole(outcome, unstorable) for outcome in process(messages[0], registry)])
    half = len(messages) // 2
    first = keep_messages(db, registry, messages[:half], timeout_s)
    return first + keep_messages(db, registry, messages[half:], timeout_s)


def keep(conn: Connection, outcomes: Sequence[Outcome]) -> Tally:
    """Store what became of messages, within the caller's transaction and once in it; each frame gets one entry in the ledger."""
    frames = {outcome.uplink.frame_key: outcome for outcome in reversed(outcomes) if isinstance(outcome, Kept)}
    stored = journey.add_uplinks(conn, [frame.uplink for frame in frames.values()])
    new = [frames[frame_key] for frame_key in stored]
    journey.add_readings(conn, [reading for frame in new for reading in frame.readings])
    journey.mark_counter_conflicts(conn, list(stored))
    journey.touch(conn, _since(new))
    refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    rejects.add_rejects(conn, _rejects(refused, [frame.part for frame in new if frame.part is not None]))
    return _count(conn, outcomes, stored)
