"""Gaps: stretches in which messages are missing, and how the filling of each stands."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from streets.frames.runs import LARGEST_GAP
from streets.store.database import Connection, execute, rows, value

Why = Literal["outage", "counter"]
State = Literal["open", "filled", "part_filled", "beyond_retention", "not_recoverable"]

COUNTERS = "counters"
# The Things Stack keeps what it stores for 30 days at most; of a longer silence nothing can be asked.
LONGEST = timedelta(days=31)
# What a gateway or a broker held back comes within days; then a gap that is closed is looked at no more.
LATE_AT_MOST = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One gap. Outages name the `application` (application@tenant), counter gaps the `device` and its missing counters.

    `missing` is None where nobody knows how many frames there were. `asked` counts the store's answers.
    """

    gap_id: int
    source: str
    council: str
    why: Why
    application: str | None
    device: str | None
    starts_at: datetime
    ends_at: datetime
    first_missing: int | None
    last_missing: int | None
    missing: int | None
    filled: int
    state: State
    detail: str
    found_at: datetime
    asked: int
    asked_at: datetime | None


@dataclass(frozen=True, slots=True)
class OpenGaps:
    """How many gaps of one network are open for one reason, and when the oldest of them was found."""

    source: str
    why: Why
    gaps: int
    oldest_found_at: datetime


def listening(client_id: str) -> str:
    """The name under which it is noted until when a broker session was listened to."""
    return f"listening/{client_id}"


def watched_until(conn: Connection, what: str) -> datetime | None:
    """Until when something was attended to; None: never."""
    until: datetime | None = value(conn, "watched_until", what=what)
    return until


def watch(conn: Connection, what: str, until: datetime) -> None:
    """Note until when something was attended to."""
    execute(conn, "watch", what=what, until=until)


def add_outage(
    conn: Connection, council: str, application: str, starts_at: datetime, ends_at: datetime, source: str = "tts"
) -> bool:
    """Nobody listened from `starts_at` to `ends_at`, which is now. False where there is no such council.

    An outage within a minute of an open one of the same application makes that one longer.
    """
    when = {"source": source, "application": application, "starts_at": starts_at, "ends_at": ends_at, "at": ends_at}
    return bool(execute(conn, "extend_outage", **when) or execute(conn, "add_outage", council=council, **when))


def find_counter_gaps(conn: Connection, since: datetime, until: datetime, at: datetime) -> int:
    """Find missing counters before the frames received after `since`, until `until`; return how many gaps are new."""
    return execute(conn, "find_counter_gaps", since=since, until=until, longest=LONGEST, largest=LARGEST_GAP, at=at)


def recount(conn: Connection, at: datetime) -> None:
    """Count what came by now, by whichever way, of the counter gaps that are open or were found lately; what is filled is so."""
    execute(conn, "recount_counter_gaps", since=at - LATE_AT_MOST)


def close_before(conn: Connection, ends_before: datetime, detail: str) -> int:
    """Close the open gaps that ended before then as beyond every store's retention; return how many."""
    return execute(conn, "close_gaps_before", ends_before=ends_before, detail=detail)


def open_gaps(conn: Connection, council: str) -> list[Gap]:
    """The open gaps of a council's devices at The Things Stack, oldest first."""
    return rows(conn, "open_gaps", Gap, council=council)


def claim(conn: Connection, council: str, asked_by: datetime | None, claimed_until: datetime) -> list[Gap]:
    """Those to be asked for, with `asked_by` those due by then, in any order; nobody else gets them before `claimed_until`."""
    return rows(conn, "claim_gaps", Gap, council=council, asked_by=asked_by, claimed_until=claimed_until)


def release(conn: Connection, gap_ids: Collection[int], at: datetime) -> None:
    """Let gaps that were claimed, and then not asked for, be asked for from `at` on."""
    execute(conn, "release_gaps", gap_ids=list(gap_ids), at=at)


def note_answer(conn: Connection, gap_id: int, at: datetime, came: int) -> None:
    """The store answered for the whole of a gap; `came`: new frames, which count where the gap is an outage."""
    execute(conn, "note_answer", gap_id=gap_id, at=at, came=came)


def ask_again(conn: Connection, gap_ids: Collection[int], at: datetime, ask_again_at: datetime, why: str) -> None:
    """Ask for these gaps again at `ask_again_at`; `why` the store did not answer, empty where it did."""
    execute(conn, "ask_again", gap_ids=list(gap_ids), at=at, ask_again_at=ask_again_at, detail=why)


def close(conn: Connection, gap_id: int, state: State, detail: str) -> None:
    """An open gap ended so, for this reason."""
    execute(conn, "close_gap", gap_id=gap_id, state=state, detail=detail)


def tell_outages(conn: Connection, source: str, account: str, at: datetime, why: str) -> None:
    """A cloud's account was asked and did not answer: its open outages say why."""
    execute(conn, "tell_outages", source=source, application=account, at=at, detail=why)


def close_outages(conn: Connection, source: str, account: str, at: datetime, came: int, kept_from: datetime) -> int:
    """A cloud's account has answered for all since `kept_from`, `came` new: its open outages are over; return how many."""
    return execute(conn, "close_outages", source=source, application=account, at=at, came=came, kept_from=kept_from)


def gaps(
    conn: Connection,
    council: str | None = None,
    state: str | None = None,
    found_from: datetime | None = None,
    limit: int = 1_000,
) -> list[Gap]:
    """The gaps found last, newest first: of one council, in one state, found since then, where given."""
    return rows(conn, "gaps", Gap, council=council, state=state, found_from=found_from, limit=limit)


def open_gap_counts(conn: Connection) -> list[OpenGaps]:
    """How many gaps are open and since when, by network and why."""
    return rows(conn, "open_gap_counts", OpenGaps)
