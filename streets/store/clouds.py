"""Clouds of counters: how far they were read, what they said last, and how the asking went."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from streets.store.database import Connection, execute, rows

Interval = tuple[str, datetime]


@dataclass(frozen=True, slots=True)
class CloudAccount:
    """How the last asking of an account went. `fault_kind` and `fault` are None where it answered."""

    account: str
    council: str
    cloud: str
    good_at: datetime | None
    failed_at: datetime | None
    fault_kind: str | None
    fault: str | None


@dataclass(frozen=True, slots=True)
class FaultCount:
    """How often an account did not answer, for one kind of fault."""

    account: str
    kind: str
    times: int


@dataclass(frozen=True, slots=True)
class PostRead:
    """How far a post was read, and when the cloud was last asked for what may have come days late; None: not yet."""

    post: str
    read_until: datetime
    looked_back_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Told:
    post: str
    since: datetime
    words: UUID


def posts_read(conn: Connection, account: str) -> dict[str, PostRead]:
    """How far each post of an account was read."""
    return {each.post: each for each in rows(conn, "cloud_posts_read", PostRead, account=account)}


def hold_posts(conn: Connection, account: str, posts: Collection[str], since: datetime) -> None:
    """Hold the posts until the commit; those that are new are read from `since` on."""
    execute(conn, "hold_cloud_posts", account=account, posts=list(posts), read_until=since)


def note_read(conn: Connection, account: str, posts: Collection[str], until: datetime, looked_back_at: datetime | None) -> None:
    """These posts were read until then; with `looked_back_at`, all that may have come late was asked for too."""
    values = {"posts": list(posts), "read_until": until, "looked_back_at": looked_back_at}
    execute(conn, "note_cloud_posts_read", account=account, **values)


def told(conn: Connection, account: str, posts: Collection[str], since: datetime, until: datetime) -> dict[Interval, UUID]:
    """The hash of what was said last of each interval that begins in [since, until)."""
    found = rows(conn, "cloud_told", _Told, account=account, posts=list(posts), since=since, until=until)
    return {(each.post, each.since): each.words for each in found}


def note_told(conn: Connection, account: str, words: Mapping[Interval, UUID]) -> None:
    """What was said last of these intervals."""
    if words:
        posts, sinces = zip(*words, strict=True)
        values = {"posts": list(posts), "sinces": list(sinces), "words": list(words.values())}
        execute(conn, "keep_cloud_told", account=account, **values)


def forget_told(conn: Connection, account: str, before: datetime) -> None:
    """What was said of intervals before then will not be asked again."""
    execute(conn, "forget_cloud_told", account=account, before=before)


def note_answered(conn: Connection, account: str, council: str, cloud: str, at: datetime) -> None:
    """The account answered all that it was asked."""
    execute(conn, "cloud_answered", account=account, council=council, cloud=cloud, at=at)


def note_failed(conn: Connection, account: str, council: str, cloud: str, at: datetime, kind: str, fault: str) -> None:
    """The account did not answer."""
    execute(conn, "cloud_failed", account=account, council=council, cloud=cloud, at=at, kind=kind, fault=fault)
    execute(conn, "count_cloud_fault", account=account, kind=kind)


def accounts(conn: Connection) -> list[CloudAccount]:
    """How the last asking of each account went."""
    return rows(conn, "cloud_accounts", CloudAccount)


def delete_silent(conn: Connection, before: datetime) -> int:
    """Forget accounts that nobody has asked since `before`; return how many. How far they were read stays known."""
    return execute(conn, "delete_cloud_accounts_before", asked_before=before)


def faults(conn: Connection) -> list[FaultCount]:
    """How often accounts did not answer, by kind."""
    return rows(conn, "cloud_faults", FaultCount)
