"""What is past its time is deleted: raw messages, and what single phones told."""

from datetime import datetime, timedelta

from streets.settings import settings_of
from streets.store import retention
from streets.store.database import Connection


def delete_old(conn: Connection, at: datetime) -> str:
    """Delete what the settings keep no longer at the time `at`."""
    settings = settings_of()
    raw = retention.delete_raw(conn, at - timedelta(days=settings.raw_retention_days))
    told = retention.delete_told_by_phones(conn, at - timedelta(days=settings.bump_retention_days))
    return f"deleted {raw} raw messages and {told} bumps and coverage counts"
