"""Another try at what was refused: the kept message takes the same journey again, as if it had come when it first came."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from ingest.batch import followed, since
from ingest.outcome import Kept, Message, Outcome, Refused
from ingest.registry import Registry
from streets.store import journey, ledger
from streets.store.database import Connection
from streets.store.rejects import KeptReject, mark_replayed, reject

DONE = ("stored", "duplicate")


def replay(conn: Connection, registry: Registry, reject_key: UUID, at: datetime) -> str | None:
    """Try a refused message again; say what became of it, now or in an earlier replay that kept it.

    stored, duplicate, cut_short (only its beginning was kept), or the reason why it is still refused; None: no such reject.
    """
    refused = reject(conn, reject_key)
    if refused is None:
        return None
    if refused.replay_outcome in DONE:
        return refused.replay_outcome
    outcome = "cut_short" if len(refused.raw) < refused.raw_bytes else _follow_again(conn, registry, refused)
    mark_replayed(conn, reject_key, at, outcome)
    return outcome


def _follow_again(conn: Connection, registry: Registry, refused: KeptReject) -> str:
    outcomes = followed(conn, registry, [Message(refused.topic, refused.raw, refused.first_seen)])
    still = [each for each in map(_refusal, outcomes) if each is not None]
    if still:
        return still[0].reject.reason
    kept = [outcome for outcome in outcomes if isinstance(outcome, Kept)]
    stored = journey.add_uplinks(conn, [frame.uplink for frame in kept])
    # Of a frame that was stored in part the rest is new, so readings are offered whether the frame is or not.
    journey.add_readings(conn, [reading for frame in kept for reading in frame.readings])
    journey.touch(conn, since(kept))
    if refused.partial:
        return "stored"
    ledger.count_messages(conn, _moved(refused, kept[0], any(stored)))
    return "stored" if any(stored) else "duplicate"


def _refusal(outcome: Outcome) -> Refused | None:
    return outcome if isinstance(outcome, Refused) else outcome.part


def _moved(refused: KeptReject, frame: Kept, stored: bool) -> Sequence[ledger.Tally]:
    """One message of the day on which it first came, moved from the refused to its new line of the ledger."""
    day = refused.first_seen.astimezone(UTC).date()
    uplink = frame.uplink
    return [
        ledger.Tally(day, refused.source, refused.device or "", -1, 0, 0, -1),
        ledger.Tally(day, uplink.source, uplink.device, 1, int(stored), int(not stored), 0),
    ]
