"""What is past its time, or has no room, is deleted."""

from datetime import UTC, datetime

from streets.store.database import Connection, column, execute, value


def delete_raw(conn: Connection, before: datetime) -> int:
    """Delete raw frames that came, and gaps that were found, before then; return how many frames."""
    execute(conn, "note_raw_deleted", received_before=before)
    execute(conn, "delete_gaps_before", found_before=before)
    execute(conn, "delete_doubtful_copies_before", received_before=before)
    execute(conn, "delete_refused_frames_before", received_before=before)
    execute(conn, "forget_told_before", day=before.astimezone(UTC).date())
    return execute(conn, "delete_uplinks_before", received_before=before)


def delete_rejects(conn: Connection, before: datetime) -> int:
    """Delete refused messages of the days before then, with their lines and what officers asked of them; return how many."""
    day = before.astimezone(UTC).date()
    column(conn, "hold_reject_days", before=day)
    deleted = execute(conn, "delete_rejects_before", day=day)
    execute(conn, "delete_reject_lines_before", day=day)
    execute(conn, "empty_reject_days_before", day=day)
    execute(conn, "delete_replay_requests_before", before=before)
    return deleted


def reject_bytes(conn: Connection) -> int:
    """What all rejects together count against their bound."""
    return int(value(conn, "reject_bytes"))


def drop_rejects(conn: Connection, bytes_too_many: int, limit: int) -> int:
    """Delete refused messages, `limit` at most, until so many bytes are gone; they stay counted. Return how many.

    First those that a replay has kept, then the oldest of the lines that have most, down to an even number of each.
    """
    reject_keys = column(conn, "rejects_to_drop", bytes_too_many=bytes_too_many, limit=limit)
    column(conn, "hold_reject_days", before=None)
    return int(value(conn, "drop_rejects", reject_keys=reject_keys))


def delete_told_by_phones(conn: Connection, before: datetime) -> int:
    """Delete bumps and coverage counts that came before then; return how many."""
    return execute(conn, "delete_bumps_before", received_before=before) + execute(
        conn, "delete_coverage_before", received_before=before
    )
