"""Trying refused messages again: which, what became of them, and what officers ask for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from streets.store.database import Connection, column, execute, row, rows, sql, value
from streets.store.rejects import KeptReject, Wanted


class Place(NamedTuple):
    """Where a replay has got to: rejects are tried in the order of these two."""

    first_seen: datetime
    reject_key: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayRequest:
    """What was asked for: one reject, or all of a reason (and of a speaker, where given); and how far it has come.

    `council` is that of the officer who asked; empty: the operator did.
    """

    request_id: UUID
    council: str
    reject_key: UUID | None
    reason: str | None
    speaker: str | None
    asked_at: datetime
    asked_by: str
    tried: int
    kept: int
    tried_seen: datetime | None
    tried_key: UUID | None
    finished_at: datetime | None


def to_replay(conn: Connection, wanted: Wanted, after: Place | None, limit: int) -> list[KeptReject]:
    """The next rejects worth another try, oldest first: not yet kept, with all their bytes."""
    asked = {"reason": wanted.reason, "speaker": wanted.speaker, "source": wanted.source}
    return rows(
        conn,
        "rejects_to_replay",
        KeptReject,
        **asked,
        since=wanted.since,
        council=wanted.council,
        after_seen=after.first_seen if after else None,
        after_key=after.reject_key if after else None,
        limit=limit,
    )


def count_to_replay(conn: Connection, wanted: Wanted) -> int:
    """How many rejects are worth another try."""
    asked = {"reason": wanted.reason, "speaker": wanted.speaker, "source": wanted.source}
    return int(value(conn, "count_rejects_to_replay", **asked, since=wanted.since, council=wanted.council))


def named_rejects(conn: Connection, reject_keys: Sequence[UUID], council: str | None = None) -> list[KeptReject]:
    """These rejects, as far as they are kept (and the council's officers see them), oldest first."""
    return rows(conn, "named_rejects", KeptReject, reject_keys=list(reject_keys), council=council)


def stay(conn: Connection, reject_keys: Sequence[UUID]) -> set[UUID]:
    """Those of these rejects that there still are: until the commit retention passes them by."""
    return set(column(conn, "stay_rejects", reject_keys=list(reject_keys)))


def hold(conn: Connection, reject_keys: Sequence[UUID]) -> dict[UUID, int]:
    """Hold the days of these rejects, then the rejects, until the commit; how many messages of each no replay has kept."""
    column(conn, "hold_days_of_rejects", reject_keys=list(reject_keys))
    return dict(conn.execute(sql("hold_rejects"), {"reject_keys": list(reject_keys)}).fetchall())


def mark(conn: Connection, outcomes: Mapping[UUID, str], done: Sequence[str], at: datetime) -> None:
    """Note what became of rejects tried at `at`; those with an outcome of `done` are settled, on their lines too."""
    execute(
        conn,
        "mark_replayed",
        reject_keys=list(outcomes),
        outcomes=list(outcomes.values()),
        done=list(done),
        at=at,
    )


def forget_refused_frames(conn: Connection, reject_keys: Sequence[UUID]) -> None:
    """The frames of these rejects are kept now, and no longer among the refused ones."""
    execute(conn, "forget_refused_frames", reject_keys=list(reject_keys))


def ask(conn: Connection, council: str, wanted: Wanted, reject_key: UUID | None, at: datetime, by: str) -> None:
    """Write down what an officer wants tried again; the same is not asked for twice while it waits."""
    execute(
        conn,
        "ask_for_replay",
        request_id=uuid4(),
        council=council,
        reject_key=reject_key,
        reason=wanted.reason,
        speaker=wanted.speaker,
        at=at,
        by=by,
    )


def requests(conn: Connection, council: str, limit: int) -> list[ReplayRequest]:
    """What the council's officers asked for last."""
    return rows(conn, "replay_requests", ReplayRequest, council=council, limit=limit)


def next_request(conn: Connection) -> ReplayRequest | None:
    """The request, of those not finished, that has come least far and that nobody else works on. Holds it until the commit."""
    return row(conn, "next_replay_request", ReplayRequest)


def note_progress(
    conn: Connection, request: ReplayRequest, tried: int, kept: int, place: Place | None, finished_at: datetime | None
) -> None:
    """Note how far a request has come: so many more were tried and kept, up to this place."""
    execute(
        conn,
        "note_replay_progress",
        request_id=request.request_id,
        tried=tried,
        kept=kept,
        tried_seen=place.first_seen if place else None,
        tried_key=place.reject_key if place else None,
        finished_at=finished_at,
    )
