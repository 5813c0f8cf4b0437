"""What was published, and how it changed afterwards: hours of counters, and emptyings of bins.

An hour is published when it has been over for GRACE, an emptying when it is settled (streets.bins.emptyings.settled_before).
What changes before that is no revision.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from streets.store.database import Connection, execute, execute_many, rows, value
from streets.store.reopened import ReopenedPost, note_progress, oldest_reading, progress

GRACE = timedelta(minutes=15)
HOUR = timedelta(hours=1)
SAME_EMPTYING = timedelta(hours=6)
"""A published emptying and one seen now, no further apart than this, are one that moved."""


@dataclass(frozen=True, slots=True)
class Told:
    """An emptying as the public is told it; the fill in per cent, not clamped."""

    emptied_at: datetime
    fill_before_pct: float | None


@dataclass(frozen=True, slots=True)
class Revision:
    """A change of something published. `kind` footfall_hour has counts (None: not known); `concerns` is the hour's start.

    `kind` emptying has times and fills (None: no such emptying); `concerns` is the time published first. `why` as in touched.why.
    """

    kind: str
    council: str
    place_id: str | None
    counter_id: str | None
    bin_id: str | None
    concerns: datetime
    was_people: int | None
    people: int | None
    was_emptied_at: datetime | None
    emptied_at: datetime | None
    was_fill_before_pct: float | None
    fill_before_pct: float | None
    revised_at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class RevisedDay:
    """A UTC day on which published figures were revised."""

    day: date
    revisions: int


def whole_hour(at: datetime) -> datetime:
    """The start of the hour in which `at` lies."""
    return at.replace(minute=0, second=0, microsecond=0)


def publish_hours(conn: Connection, at: datetime) -> int:
    """Publish the hours that have been over for GRACE; return how many were counted."""
    since = progress(conn, "hours_published") or oldest_reading(conn, "count")
    until = whole_hour(at - GRACE)
    if since is None or whole_hour(since) >= until:
        return 0
    published = execute(conn, "publish_hours", since=whole_hour(since), until=until, at=at)
    note_progress(conn, "hours_published", until)
    return published


def revise_hours(conn: Connection, counters: Sequence[ReopenedPost], at: datetime, until: datetime | None = None) -> int:
    """Compare the counters' published hours with their readings, and mark what changed; return how many did.

    `until` (a whole hour) leaves the later ones alone.
    """
    published = progress(conn, "hours_published")
    if published is None or not counters:
        return 0
    end = published if until is None else min(until, published)
    concerned = [one for one in counters if one.since < end]
    if not concerned:
        return 0
    return int(
        value(
            conn,
            "revise_hours",
            counter_ids=[one.post for one in concerned],
            sinces=[one.since for one in concerned],
            whys=[one.why for one in concerned],
            since=whole_hour(min(one.since for one in concerned)),
            until=end,
            at=at,
        )
    )


def publish_emptyings(conn: Connection, settled: datetime, at: datetime) -> None:
    """Publish the emptyings of all bins from before `settled`."""
    execute(conn, "lock_publishing")
    since = progress(conn, "emptyings_published") or datetime.fromisoformat("2000-01-01T00:00:00Z")
    if since < settled:
        execute(conn, "publish_emptyings", bin_id=None, since=since, until=settled, at=at)
        note_progress(conn, "emptyings_published", settled)


def revise_emptyings(conn: Connection, bin_id: str, since: datetime, why: str, at: datetime) -> int:
    """Compare a bin's published emptyings from `since` on with those seen now, and mark what changed; return how many did."""
    execute(conn, "lock_publishing")
    until = progress(conn, "emptyings_published")
    if until is None or since >= until:
        return 0
    span = {"bin_id": bin_id, "since": since, "until": until}
    known, seen = rows(conn, "known_emptyings", Told, **span), rows(conn, "seen_emptyings", Told, **span)
    changes = changed_emptyings(known, seen)
    if not changes:
        return 0
    # What is told of a bin for the first time changes nothing that anybody knew.
    first = not known and not value(conn, "bin_was_published", bin_id=bin_id, before=since)
    execute(conn, "unpublish_emptyings", **span)
    execute(conn, "publish_emptyings", at=at, **span)
    if first:
        return 0
    execute_many(
        conn,
        "log_revised_emptying",
        [
            {
                "bin_id": bin_id,
                "was_emptied_at": was.emptied_at if was else None,
                "was_fill_before_pct": was.fill_before_pct if was else None,
                "emptied_at": now.emptied_at if now else None,
                "fill_before_pct": now.fill_before_pct if now else None,
                "at": at,
                "why": why,
            }
            for was, now in changes
        ],
    )
    return len(changes)


def changed_emptyings(known: Sequence[Told], seen: Sequence[Told]) -> list[tuple[Told | None, Told | None]]:
    """What differs between the emptyings published and those seen now, each series in time order.

    Pairs of what was and what is: an emptying that moved, one withdrawn (None after), one found late (None before). A fill is
    told in whole per cent, so that less is no change.
    """
    gone = [one for one in known if not any(_same(one, other) for other in seen)]
    new = [one for one in seen if not any(_same(one, other) for other in known)]
    changes: list[tuple[Told | None, Told | None]] = []
    for was in gone:
        near = [one for one in new if abs(one.emptied_at - was.emptied_at) <= SAME_EMPTYING]
        now = min(near, key=lambda one: abs(one.emptied_at - was.emptied_at), default=None)
        if now is not None:
            new.remove(now)
        changes.append((was, now))
    return changes + [(None, one) for one in new]


def _same(one: Told, other: Told) -> bool:
    return one.emptied_at == other.emptied_at and _told_pct(one) == _told_pct(other)


def _told_pct(one: Told) -> int | None:
    return None if one.fill_before_pct is None else round(one.fill_before_pct)


def revisions(conn: Connection, since: datetime, until: datetime, most: int) -> list[Revision]:
    """What was revised in [since, until), oldest first, at most `most`."""
    return rows(conn, "revisions", Revision, since=since, until=until, most=most)


def revised_days(conn: Connection, most: int) -> list[RevisedDay]:
    """The last days on which something was revised, newest first."""
    return rows(conn, "revision_days", RevisedDay, most=most)
