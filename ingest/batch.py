"""A batch is kept in one transaction: frames, readings, refusals, the ledger, and what jobs must look at again."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import blake2b
from itertools import chain
from uuid import UUID

from ingest.journey import process, speaker
from ingest.outcome import Kept, Message, Outcome, Refused
from ingest.registry import Registry
from ingest.uplink import Reject
from streets.store import journey, ledger, rejects
from streets.store.database import Connection, Database, NotStorable
from streets.store.journey import CountRow, LevelRow
from streets.store.rejects import NewReject

RAW_BYTES_KEPT = 64 * 1024
LETTERS_KEPT = 1_000
# What an import since the registry last looked may have put right.
MAY_HAVE_PASSED = frozenset(
    {"unknown_device", "unknown_council", "wrong_council", "wrong_model", "not_installed", "time_before_installation"}
)


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


def keep_messages(db: Database, registry: Registry, messages: Sequence[Message], timeout_s: float | None = None) -> Tally:
    """Take messages through the journey and keep what becomes of them, whatever they hold.

    Should the database refuse a row, the batch is halved until the message that holds it stands alone; that one is
    refused. Raises DatabaseAway, or a DatabaseError that may pass by waiting; what was kept until then is duplicate next time.
    """
    try:
        with db.transaction(timeout_s) as conn:
            return keep(conn, followed(conn, registry, messages))
    except NotStorable as error:
        if len(messages) == 1:
            reject = Reject("not_storable", f"The database refuses it: {error}")
            with db.transaction(timeout_s) as conn:
                return keep(conn, [Refused(messages[0], speaker(messages[0].topic), "", reject)])
    half = len(messages) // 2
    return keep_messages(db, registry, messages[:half], timeout_s) + keep_messages(db, registry, messages[half:], timeout_s)


def followed(conn: Connection, registry: Registry, messages: Sequence[Message]) -> list[Outcome]:
    """The outcomes of messages, after a second look at the devices that the registry does not know or places otherwise."""
    found = [process(message, registry) for message in messages]
    doubtful = {at: _doubtful(outcomes) for at, outcomes in enumerate(found) if _doubtful(outcomes)}
    if doubtful:
        registry.learn(conn, set(chain.from_iterable(doubtful.values())))
        for at in doubtful:
            found[at] = process(messages[at], registry)
    return list(chain.from_iterable(found))


def keep(conn: Connection, outcomes: Sequence[Outcome]) -> Tally:
    """Store what became of messages, once in the caller's transaction; every outcome is counted in the ledger."""
    frames = {outcome.uplink.frame_key: outcome for outcome in reversed(outcomes) if isinstance(outcome, Kept)}
    stored = journey.add_uplinks(conn, [frame.uplink for frame in frames.values()])
    new = [frames[frame_key] for frame_key in stored]
    journey.add_readings(conn, [reading for frame in new for reading in frame.readings])
    journey.mark_counter_conflicts(conn, stored)
    journey.touch(conn, since(new))
    refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    parts = [frame.part for frame in new if frame.part is not None]
    rejects.add_rejects(conn, _rejects(refused, partial=False) + _rejects(parts, partial=True))
    return _count(conn, outcomes, new, refused)


def _doubtful(outcomes: Iterable[Outcome]) -> set[str]:
    """The devices refused for what an import may have put right."""
    refusals = (outcome if isinstance(outcome, Refused) else outcome.part for outcome in outcomes)
    return {each.device for each in refusals if each is not None and each.reject.reason in MAY_HAVE_PASSED}


def since(frames: Iterable[Kept]) -> dict[int, datetime]:
    """From when on each device (by device_id) has new readings."""
    since: dict[int, datetime] = {}
    for reading in chain.from_iterable(frame.readings for frame in frames):
        if isinstance(reading, LevelRow | CountRow):
            at = reading.observed_at if isinstance(reading, LevelRow) else reading.period_start
            since[reading.device_id] = min(at, since.get(reading.device_id, at))
    return since


def _rejects(refused: Iterable[Refused], partial: bool) -> list[NewReject]:
    """Each refused message once, with how often and when it came."""
    seen: dict[UUID, list[Refused]] = {}
    for each in refused:
        seen.setdefault(reject_key(each), []).append(each)
    return [_reject(key, same, partial) for key, same in seen.items()]


def reject_key(refused: Refused) -> UUID:
    """The identity of a refused frame: its message and its place therein."""
    key = blake2b(f"{refused.place} {refused.message.topic}".encode(errors="backslashreplace"), digest_size=16)
    key.update(b"\0" + refused.message.body)
    return UUID(bytes=key.digest())


def _reject(key: UUID, same: Sequence[Refused], partial: bool) -> NewReject:
    last = same[-1]
    message = last.message
    return NewReject(
        reject_key=key,
        source=last.source,
        topic=_storable(message.topic),
        device=last.device or None,
        council=last.reject.council,
        reason=last.reject.reason,
        detail=_storable(last.reject.detail)[:LETTERS_KEPT],
        session=last.session,
        f_cnt=last.f_cnt,
        partial=partial,
        raw=message.body[:RAW_BYTES_KEPT],
        raw_bytes=len(message.body),
        first_seen=min(each.message.received_at for each in same),
        last_seen=max(each.message.received_at for each in same),
        times=len(same),
    )


def _storable(text: str) -> str:
    """The text without what PostgreSQL's text cannot hold: half characters and NUL."""
    return text.encode(errors="backslashreplace").decode().replace("\0", "\\x00")


def _count(conn: Connection, outcomes: Sequence[Outcome], new: Sequence[Kept], refused: Sequence[Refused]) -> Tally:
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
