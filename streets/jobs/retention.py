"""What is past its time is deleted: raw messages, and what single phones told."""

from datetime import datetime, timedelta

from streets.accounts.frames import count_frames
from streets.settings import bump_retention_days_of, raw_retention_days_of, reject_budget_bytes_of
from streets.store import clouds, gaps, ingest_process, reopened, retention, tokens
from streets.store.database import Connection

# Room is made when rejects take more than this share of their bound, down to the other.
ROOM_BEGINS = 0.8
ROOM_MADE = 0.6
# Seconds of work; the next hour goes on with it.
DROPPED_AT_MOST = 100_000
# An ingest process that was taken away for good is named for so long.
PROCESSES_REMEMBERED = timedelta(days=7)


def delete_old(conn: Connection, at: datetime) -> str:
    """Delete what the settings keep no longer at the time `at`, and note where an operator or a policy deleted readings."""
    reopened.note_kept(conn, at)
    # Sent and missing are counted from raw frames: what goes must have been counted.
    count_frames(conn)
    raw_before = at - timedelta(days=raw_retention_days_of())
    raw = retention.delete_raw(conn, raw_before)
    ingest_process.delete_silent(conn, at - PROCESSES_REMEMBERED)
    clouds.delete_silent(conn, at - gaps.LONGEST)
    tokens.delete_ended_sessions(conn, at)
    told = retention.delete_told_by_phones(conn, at - timedelta(days=bump_retention_days_of()))
    # Last, because ingest waits with what it refuses until this is committed.
    refused = retention.delete_rejects(conn, raw_before) + _make_room(conn)
    return f"deleted {raw} raw messages, {refused} rejects and {told} bumps and coverage counts"


def _make_room(conn: Connection) -> int:
    """Give up rejects when little room is left for new ones; return how many."""
    budget_bytes = reject_budget_bytes_of()
    kept_bytes = retention.reject_bytes(conn)
    if kept_bytes <= budget_bytes * ROOM_BEGINS:
        return 0
    return retention.drop_rejects(conn, int(kept_bytes - budget_bytes * ROOM_MADE), DROPPED_AT_MOST)
