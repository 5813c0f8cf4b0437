"""What could not be understood: kept with its reason and its bytes within bounds, counted beyond them, and listed."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from streets.store.copying import packed
from streets.store.database import Connection, column, execute, execute_many, row, rows, sql


class NewReject(NamedTuple):
    """A refused message, in the order in which its columns are copied; `raw` is its beginning, `raw_bytes` the whole's length."""

    reject_key: UUID
    day: date
    source: str
    topic: str
    speaker: str
    device: str | None
    council: str | None
    reason: str
    detail: str
    session: str | None
    f_cnt: int | None
    observed_at: datetime | None
    partial: bool
    raw: bytes
    raw_bytes: int
    size_bytes: int
    first_seen: datetime
    last_seen: datetime
    times: int


LineKey = tuple[date, str, str, str]

_TIME = "timestamptz"
COPIED_TYPES = ("uuid", "date", *["text"] * 8, "int8", _TIME, "bool", "bytea", "int4", "int4", _TIME, _TIME, "int4")


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectLine:
    """A refused message without its bytes. It is settled when a replay has kept all its `times`."""

    reject_key: UUID
    source: str
    topic: str
    speaker: str
    device: str | None
    council: str | None
    reason: str
    detail: str
    partial: bool
    raw_bytes: int
    first_seen: datetime
    last_seen: datetime
    times: int
    replayed_times: int
    replayed_at: datetime | None
    replay_outcome: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptReject(RejectLine):
    """A refused message with its bytes, and its frame where that could be made out."""

    session: str | None
    f_cnt: int | None
    raw: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which rejects are asked for; None: all. `council`: only those that its officers see; empty: only those of which
    nobody can tell whose they are. `still`: not yet kept by a replay."""

    reason: str | None = None
    speaker: str | None = None
    source: str | None = None
    since: datetime | None = None
    council: str | None = None
    still: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What is still refused for one reason, or for one reason and speaker: messages, of which `unkept` without their bytes."""

    reason: str
    sources: str
    speaker: str
    speakers: int
    messages: int
    unkept: int
    first_seen: datetime
    last_seen: datetime


class LineCount(NamedTuple):
    """Messages to add to a line: how many were refused, rows and bytes that are kept of them, how many are counted only."""

    day: date
    source: str
    speaker: str
    reason: str
    device: str | None
    council: str | None
    refused: int
    kept: int
    kept_bytes: int
    unkept: int
    first_seen: datetime
    last_seen: datetime


class ReasonCount(NamedTuple):
    """By reason: rejects kept now, their bytes; and since the beginning, messages refused, and of those counted without bytes."""

    reason: str
    kept: int
    kept_bytes: int
    refused: int
    unkept: int


def count_days(conn: Connection, rejects: Sequence[NewReject]) -> None:
    """Count refused messages to their day, source and reason, in order; holds these against other writers until the commit."""
    times: Counter[tuple[date, str, str]] = Counter()
    for each in rejects:
        times[each.day, each.source, each.reason] += each.times
    days = sorted(times.items())
    execute_many(conn, "count_reject_day", [{"day": d, "source": s, "reason": r, "refused": n} for (d, s, r), n in days])


def count_again(conn: Connection, rejects: Sequence[NewReject]) -> set[UUID]:
    """Count up those that are kept already; return their keys."""
    return set(
        column(
            conn,
            "count_reject_again",
            reject_keys=[each.reject_key for each in rejects],
            times=[each.times for each in rejects],
            last_seen=[each.last_seen for each in rejects],
        )
    )


def kept_of_lines(conn: Connection, lines: Collection[LineKey]) -> dict[LineKey, tuple[int, int]]:
    """Messages and bytes kept of each of the lines (day, source, speaker, reason) that there are."""
    days, sources, speakers, reasons = zip(*lines, strict=True)
    found = conn.execute(
        sql("kept_of_lines"), {"days": list(days), "sources": list(sources), "speakers": list(speakers), "reasons": list(reasons)}
    )
    return {(day, source, speaker, reason): (kept, kept_bytes) for day, source, speaker, reason, kept, kept_bytes in found}


def kept_of_days(conn: Connection) -> list[tuple[date, str, int]]:
    """Bytes kept by day and source."""
    return conn.execute(sql("kept_of_days")).fetchall()


def add_rejects(conn: Connection, rejects: Sequence[NewReject]) -> None:
    """Keep rejects that are new."""
    if rejects:
        with conn.cursor() as cursor, cursor.copy(sql("copy_reject")) as copy:
            copy.write(packed(COPIED_TYPES, rejects))


def count_lines(conn: Connection, lines: Collection[LineCount]) -> None:
    """Count refused messages to their lines, each of them given once, and what became of them to their days."""
    columns = zip(*lines, strict=True)
    execute(conn, "count_reject_lines", **{name: list(values) for name, values in zip(LineCount._fields, columns, strict=True)})


def troubles(conn: Connection, wanted: Wanted) -> list[Trouble]:
    """What is still refused, by reason, most messages first; `speaker` is empty."""
    return rows(conn, "reject_troubles", Trouble, **_asked(wanted))


def speakers(conn: Connection, wanted: Wanted, limit: int, skip: int) -> list[Trouble]:
    """What is still refused, by reason and speaker, most messages first: `limit` of them after the first `skip`."""
    return rows(conn, "reject_speakers", Trouble, **_asked(wanted), limit=limit, skip=skip)


def list_rejects(conn: Connection, wanted: Wanted, limit: int, skip: int = 0) -> list[RejectLine]:
    """The latest refused messages of those wanted: `limit` of them after the first `skip`."""
    return rows(conn, "rejects", RejectLine, **_asked(wanted), still=wanted.still, limit=limit, skip=skip)


def reject(conn: Connection, reject_key: UUID, council: str | None = None) -> KeptReject | None:
    """One refused message, or None; where a council is given, only one that its officers see."""
    return row(conn, "reject", KeptReject, reject_key=reject_key, council=council)


def by_reason(conn: Connection) -> list[ReasonCount]:
    """The rejects of all sources and days, counted by reason."""
    return rows(conn, "rejects_by_reason", ReasonCount)


def _asked(wanted: Wanted) -> dict[str, object]:
    return {
        "reason": wanted.reason,
        "speaker": wanted.speaker,
        "source": wanted.source,
        "since": wanted.since,
        "council": wanted.council,
    }
