"""Another try at what was refused: kept messages take the same journey again, as if they had come when they first came."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from uuid import UUID

from ingest.batch import followed, since
from ingest.outcome import Kept, Message, Outcome, Refused
from ingest.refusals import keep_refused
from ingest.registry import Registry
from streets.store import journey, ledger
from streets.store.database import Connection, Database, NotStorable
from streets.store.ledger import Line, Move
from streets.store.rejects import KeptReject, Wanted
from streets.store.replays import Place, mark_replayed, to_replay

DONE = ("stored", "duplicate")
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Tried:
    """A reject and what became of it: stored, duplicate, cut_short (only its beginning was kept), or why it is still refused."""

    reject: KeptReject
    outcome: str

    @property
    def is_kept(self) -> bool:
        """Whether its readings are in the store now."""
        return self.outcome in DONE


def replay_wanted(db: Database, registry: Registry, wanted: Wanted, at: datetime) -> Iterator[list[Tried]]:
    """Try all that is wanted, oldest first, each chunk in its own transaction: stopped between two, the rest is as it was."""
    place: Place | None = None
    while True:
        with db.transaction() as conn:
            refused = to_replay(conn, wanted, place, CHUNK)
            tried = replay(conn, registry, refused, at)
        yield tried
        if len(refused) < CHUNK:
            return
        place = Place(refused[-1].first_seen, refused[-1].reject_key)


def replay(conn: Connection, registry: Registry, rejects: Sequence[KeptReject], at: datetime) -> list[Tried]:
    """Try rejects again that the transaction holds. What a replay kept before is not tried: its outcome stands.

    Should the database refuse a row, they are halved until the one that holds it stands alone; that one is still refused.
    """
    due = [each for each in rejects if each.replayed_times < each.times]
    outcomes = _tried(conn, registry, due)
    mark_replayed(conn, outcomes, DONE, at)
    return [Tried(each, outcomes.get(each.reject_key) or each.replay_outcome or "duplicate") for each in rejects]


def _tried(conn: Connection, registry: Registry, rejects: Sequence[KeptReject]) -> dict[UUID, str]:
    if not rejects:
        return {}
    try:
        # Inside a transaction this is a savepoint.
        with conn.transaction():
            return _followed_again(conn, registry, rejects)
    except NotStorable:
        if len(rejects) == 1:
            return {rejects[0].reject_key: "not_storable"}
    half = len(rejects) // 2
    return _tried(conn, registry, rejects[:half]) | _tried(conn, registry, rejects[half:])


def _followed_again(conn: Connection, registry: Registry, rejects: Sequence[KeptReject]) -> dict[UUID, str]:
    whole = [each for each in rejects if len(each.raw) == each.raw_bytes]
    messages = [Message(each.topic, each.raw, each.first_seen) for each in whole]
    of_message = {id(message): reject for message, reject in zip(messages, whole, strict=True)}
    came: dict[UUID, list[Outcome]] = {}
    for outcome in followed(conn, registry, messages):
        came.setdefault(of_message[id(outcome.message)].reject_key, []).append(outcome)
    outcomes = {each.reject_key: "cut_short" for each in rejects}
    kept = [(reject, frames) for reject in whole if (frames := _kept(came[reject.reject_key]))]
    outcomes |= {reject.reject_key: _refusal(came[reject.reject_key]) for reject in whole}
    return outcomes | _keep(conn, kept)


def _keep(conn: Connection, kept: Sequence[tuple[KeptReject, list[Kept]]]) -> dict[UUID, str]:
    """Store the frames of rejects; what of them was new is stored, and what was not is duplicate."""
    frames = [frame for _, frames in kept for frame in frames]
    new = iter(journey.add_uplinks(conn, [frame.uplink for frame in frames]))
    # Of a frame that was stored in part the rest is new, so readings are offered whether the frame is or not.
    journey.add_readings(conn, [reading for frame in frames for reading in frame.readings])
    journey.touch(conn, since(frames))
    outcomes: dict[UUID, str] = {}
    parts: list[Refused] = []
    moves: list[Move] = []
    for reject, own in kept:
        is_new = any(list(islice(new, len(own))))
        refused = [frame.part for frame in own if frame.part is not None]
        if reject.partial:
            outcomes[reject.reject_key] = refused[0].reject.reason if refused else "stored"
            continue
        parts += refused if is_new else []
        moves.append(_move(reject, own[0], is_new))
        outcomes[reject.reject_key] = "stored" if is_new else "duplicate"
    keep_refused(conn, [], parts)
    ledger.move(conn, moves)
    return outcomes


def _kept(outcomes: Sequence[Outcome]) -> list[Kept]:
    """The frames of a message, when every one of them is kept."""
    kept = [outcome for outcome in outcomes if isinstance(outcome, Kept)]
    return kept if len(kept) == len(outcomes) else []


def _refusal(outcomes: Sequence[Outcome]) -> str:
    return next((outcome.reject.reason for outcome in outcomes if isinstance(outcome, Refused)), "")


def _move(reject: KeptReject, frame: Kept, is_new: bool) -> Move:
    """Its messages of that day, moved from the refused to their new line of the ledger: all but one came again."""
    day = reject.first_seen.astimezone(UTC).date()
    times = reject.times - reject.replayed_times
    counted_as = Line(day, frame.uplink.source, frame.uplink.device)
    return Move(
        Line(day, reject.source, reject.device or ""),
        reject.reason,
        ledger.Tally(counted_as, times, int(is_new), times - int(is_new), Counter()),
    )
