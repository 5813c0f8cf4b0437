"""Another try at what was refused: kept messages take the same journey again, as if they had come when they first came."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, compress, islice
from uuid import UUID

from ingest.alarms import ring
from ingest.batch import followed, since
from ingest.outcome import Kept, Message, Outcome, Refused
from ingest.refused.refusals import keep_refused
from ingest.registry import Registry
from ingest.restarts import restarted
from ingest.rows import device_restarts, device_words
from streets.store import ledger, readings, replays, uplinks
from streets.store.database import Connection, Database, NotStorable
from streets.store.device_words import keep_words
from streets.store.intervals import keep_restarts
from streets.store.ledger import Line, Move
from streets.store.readings import CountRow, LevelRow, ReadingRow
from streets.store.rejects import KeptReject, Wanted
from streets.store.replays import Place

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


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What became of a reject: `frame` is what is kept of a message that the ledger has as refused, `parts` what is not."""

    outcome: str
    frame: Kept | None = None
    parts: tuple[Refused, ...] = ()


def replay_wanted(db: Database, registry: Registry, wanted: Wanted, at: datetime) -> Iterator[list[Tried]]:
    """Try all that is wanted, oldest first, each chunk in its own transaction: stopped between two, the rest is as it was."""
    place: Place | None = None
    while True:
        with db.transaction() as conn:
            refused = replays.to_replay(conn, wanted, place, CHUNK)
            tried = replay(conn, registry, refused, at)
        yield tried
        if len(refused) < CHUNK:
            return
        place = Place(refused[-1].first_seen, refused[-1].reject_key)


def replay(conn: Connection, registry: Registry, rejects: Sequence[KeptReject], at: datetime) -> list[Tried]:
    """Try rejects again. What a replay kept before is not tried: its outcome stands.

    Should the database refuse a row, they are halved until the one that holds it stands alone; that one is still refused.
    """
    # Retention passes these by: frames stored whose reject has gone would be counted as refused for ever.
    there = replays.stay(conn, [each.reject_key for each in rejects])
    due = [each for each in rejects if each.reject_key in there and each.replayed_times < each.times]
    attempts = _attempts(conn, registry, due, at)
    keep_refused(conn, [], [part for attempt in attempts.values() for part in attempt.parts])
    # As ingest does: days, rejects, their lines, the ledger. In another order the two would wait for each other.
    times = replays.hold(conn, list(attempts))
    # What somebody else settled meanwhile stays as they noted it.
    outcomes = {reject_key: attempt.outcome for reject_key, attempt in attempts.items() if times.get(reject_key)}
    replays.mark(conn, outcomes, DONE, at)
    ledger.move(conn, _moves(due, attempts, times))
    replays.forget_refused_frames(conn, [reject_key for reject_key, outcome in outcomes.items() if outcome in DONE])
    return [Tried(each, outcomes.get(each.reject_key) or each.replay_outcome or "duplicate") for each in rejects]


def _attempts(conn: Connection, registry: Registry, rejects: Sequence[KeptReject], at: datetime) -> dict[UUID, _Attempt]:
    if not rejects:
        return {}
    try:
        # Inside a transaction this is a savepoint.
        with conn.transaction():
            return _followed_again(conn, registry, rejects, at)
    except NotStorable:
        if len(rejects) == 1:
            return {rejects[0].reject_key: _Attempt("not_storable")}
    half = len(rejects) // 2
    return _attempts(conn, registry, rejects[:half], at) | _attempts(conn, registry, rejects[half:], at)


def _followed_again(conn: Connection, registry: Registry, rejects: Sequence[KeptReject], at: datetime) -> dict[UUID, _Attempt]:
    attempts = {each.reject_key: _Attempt("cut_short") for each in rejects}
    whole = [each for each in rejects if len(each.raw) == each.raw_bytes]
    messages = [Message(each.topic, each.raw, each.first_seen) for each in whole]
    came: dict[int, list[Outcome]] = {id(message): [] for message in messages}
    for outcome in followed(conn, registry, messages):
        came[id(outcome.message)].append(outcome)
    kept = []
    for reject, outcomes in zip(whole, came.values(), strict=True):
        refusal = next((outcome.reject.reason for outcome in outcomes if isinstance(outcome, Refused)), None)
        if refusal is None:
            kept.append((reject, [outcome for outcome in outcomes if isinstance(outcome, Kept)]))
        else:
            attempts[reject.reject_key] = _Attempt(refusal)
    return attempts | _keep(conn, kept, at)


def _keep(conn: Connection, kept: Sequence[tuple[KeptReject, list[Kept]]], at: datetime) -> dict[UUID, _Attempt]:
    """Store the frames of rejects; what of them was new is stored, and what was not is duplicate."""
    frames = [frame for _, frames in kept for frame in frames]
    rows = [frame.uplink for frame in frames]
    is_new = uplinks.add_uplinks(conn, rows, uplinks.packed_uplinks(rows))
    # Of a frame that was stored in part the rest is new, so readings are offered whether the frame is or not.
    told = [*frames, *restarted(conn, frames)]
    readings.add_readings(conn, [reading for frame in told for reading in frame.readings])
    readings.touch(conn, since(told))
    keep_words(conn, device_words(told))
    keep_restarts(conn, device_restarts(told))
    ring(conn, _heard_now(compress(frames, is_new), at))
    new = iter(is_new)
    return {reject.reject_key: _attempt(reject, own, any(list(islice(new, len(own))))) for reject, own in kept}


def _heard_now(frames: Iterable[Kept], at: datetime) -> Iterator[ReadingRow]:
    """Their readings as news of this moment: an alarm that was refused rings unless it is an old one by now."""
    for reading in chain.from_iterable(frame.readings for frame in frames):
        if isinstance(reading, LevelRow | CountRow):
            yield reading._replace(received_at=at)


def _attempt(reject: KeptReject, frames: Sequence[Kept], is_new: bool) -> _Attempt:
    parts = tuple(frame.part for frame in frames if frame.part is not None)
    if reject.partial:
        return _Attempt(parts[0].reject.reason if parts else "stored")
    return _Attempt("stored" if is_new else "duplicate", frames[0], parts if is_new else ())


def _moves(rejects: Sequence[KeptReject], attempts: Mapping[UUID, _Attempt], times: Mapping[UUID, int]) -> list[Move]:
    """The messages of each day, moved from the refused to their new line of the ledger: all but one of a frame came again."""
    moved, stored = Counter[tuple[Line, str, Line]](), Counter[tuple[Line, str, Line]]()
    for reject in rejects:
        frame = attempts[reject.reject_key].frame
        if frame is not None and times.get(reject.reject_key):
            day = reject.first_seen.astimezone(UTC).date()
            refused, counted_as = Line(day, reject.source, reject.device or ""), frame.uplink
            move = refused, reject.reason, Line(day, counted_as.source, counted_as.device)
            moved[move] += times[reject.reject_key]
            stored[move] += attempts[reject.reject_key].outcome == "stored"
    return [
        Move(refused, reason, ledger.Tally(line, n, stored[refused, reason, line], n - stored[refused, reason, line], Counter()))
        for (refused, reason, line), n in sorted(moved.items())
    ]
