"""What is past its time is deleted: raw messages, and what single phones told."""

from datetime import datetime, timedelta

from streets.settings import bump_retention_days_of, raw_retention_days_of
from streets.store import reopened, retention
from streets.store.database import Connection


def delete_old(conn: Connection, at: datetime) -> str:
    """Delete what the settings keep no longer at the time `at`, and note where an operator or a policy deleted readings."""
    reopened.note_kept(conn, at)
    raw = retention.delete_raw(conn, at - timedelta(days=raw_retention_days_of()))
    told = retention.delete_told_by_phones(conn, at - timedelta(days=bump_retention_days_of()))
    return f"deleted {raw} raw messages and {told} bumps and coverage counts"
