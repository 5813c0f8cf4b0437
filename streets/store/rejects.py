"""What could not be understood: kept with its reason and its bytes, listed, and tried again."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from operator import attrgetter
from uuid import UUID

from streets.store.database import Connection, column, execute, execute_many, row, rows


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReject:
    """A refused message; `raw` is its beginning, `raw_bytes` the length of the whole."""

    reject_key: UUID
    source: str
    topic: str
    device: str | None
    council: str | None
    reason: str
    detail: str
    session: str | None
    f_cnt: int | None
    partial: bool
    raw: bytes
    raw_bytes: int
    first_seen: datetime
    last_seen: datetime
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectLine:
    """A refused message without its bytes."""

    reject_key: UUID
    source: str
    topic: str
    device: str | None
    council: str | None
    reason: str
    detail: str
    partial: bool
    raw_bytes: int
    first_seen: datetime
    last_seen: datetime
    times: int
    replayed_at: datetime | None
    replay_outcome: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptReject(RejectLine):
    """A refused message with its bytes."""

    raw: bytes


def add_rejects(conn: Connection, rejects: Sequence[NewReject]) -> None:
    """Keep refused messages; one that is kept already is counted up."""
    execute_many(conn, "add_reject", [asdict(reject) for reject in sorted(rejects, key=attrgetter("reject_key"))])


def list_rejects(conn: Connection, reason: str | None, device: str | None, limit: int) -> list[RejectLine]:
    """The latest refused messages, at most `limit`, of one reason or device where given."""
    return rows(conn, "rejects", RejectLine, reason=reason, device=device, limit=limit)


def reject(conn: Connection, reject_key: UUID) -> KeptReject | None:
    """One refused message, or None."""
    return row(conn, "reject", KeptReject, reject_key=reject_key)


def rejects_to_replay(conn: Connection, reason: str | None, device: str | None) -> list[UUID]:
    """The refused messages that are worth another try, oldest first."""
    return column(conn, "rejects_to_replay", reason=reason, device=device)


def mark_replayed(conn: Connection, reject_key: UUID, at: datetime, outcome: str) -> None:
    """Note that the message was tried again at `at` and what became of it: stored, duplicate, or the reason of refusal."""
    execute(conn, "mark_replayed", reject_key=reject_key, at=at, outcome=outcome)
