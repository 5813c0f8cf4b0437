"""What late data, or corrected records, re-opened; and how far in time the work that follows the clock has come."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from streets.store.database import Connection, Database, execute, rows, value

What = Literal["hours_refreshed", "hours_published", "emptyings_published", "restarts_noted"]
Readings = Literal["level", "count"]

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class ReopenedPost:
    """A bin or a counter, by its id, to be told again from `since` on; `why` as in touched.why."""

    post: str
    since: datetime
    why: str


def reopen_bins(conn: Connection) -> None:
    """Take what ingest and imports touched of devices in bins; it stays reopened until `close_bins`."""
    execute(conn, "reopen_devices", in_bins=True)


def reopened_bins(conn: Connection) -> list[ReopenedPost]:
    """The bins to be told again."""
    return rows(conn, "reopened_posts", ReopenedPost, in_bins=True)


def close_bins(conn: Connection) -> None:
    """All that was reopened of bins is done."""
    execute(conn, "close_devices", in_bins=True)


def reopen_counters(conn: Connection) -> None:
    """Take what ingest and imports touched of devices at counters; it stays reopened until `close_counters`."""
    execute(conn, "reopen_devices", in_bins=False)


def reopened_counters(conn: Connection) -> list[ReopenedPost]:
    """The counters whose hours are to be told again."""
    return rows(conn, "reopened_posts", ReopenedPost, in_bins=False)


def close_counters(conn: Connection) -> None:
    """All that was reopened of counters is done."""
    execute(conn, "close_devices", in_bins=False)


def progress(conn: Connection, what: What) -> datetime | None:
    """How far a work has come; None where it never began."""
    until: datetime | None = value(conn, "progress", what=what)
    return until


def note_progress(conn: Connection, what: What, until: datetime) -> None:
    """Note how far a work has come."""
    execute(conn, "note_progress", what=what, until=until)


def oldest_reading(conn: Connection, readings: Readings) -> datetime | None:
    """When the oldest level or count reading is of that is kept; None where there is none."""
    at: datetime | None = value(conn, "oldest_reading", readings=readings)
    return at


def kept_since(conn: Connection, readings: Readings) -> datetime | None:
    """Since when readings are kept; None where none were ever deleted for their age."""
    since: datetime | None = value(conn, "readings_kept_since", readings=readings)
    return since


def note_kept(conn: Connection, at: datetime) -> None:
    """Note since when readings are kept, where something older was derived than the oldest of them.

    Of counts the hour of the oldest reading may be half deleted, so that it is kept from the next one on.
    """
    for readings in ("level", "count"):
        oldest = oldest_reading(conn, readings)
        derived: datetime | None = value(conn, "oldest_derived", readings=readings)
        if oldest is not None and readings == "count":
            oldest = oldest.replace(minute=0, second=0, microsecond=0)
        if derived is not None and (oldest is None or derived < oldest):
            since = at if oldest is None else oldest + HOUR * (readings == "count")
            execute(conn, "note_readings_kept", readings=readings, since=since)


def hours_are_refreshed_by(conn: Connection) -> str:
    """Who refreshes the hourly counts: nothing_kept (plain PostgreSQL works them out when asked), jobs, or policy."""
    return str(value(conn, "count_hour_refresh"))


def refresh_hours(db: Database, since: datetime, until: datetime, every: bool = False) -> None:
    """Materialise the hourly counts of [since, until), two whole hours: what was invalidated by writes, or every hour.

    PostgreSQL runs this outside of transactions only. One caller waits for the other: of two refreshes at once, TimescaleDB 2.28
    may forget what one was told (timescaledb issue 10219).
    """
    with db.single_statements() as conn:
        execute(conn, "lock_refresh")
        try:
            execute(conn, "refresh_hours", since=since, until=until, every=every)
        finally:
            execute(conn, "unlock_refresh")
