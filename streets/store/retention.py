"""What is past its time is deleted."""

from datetime import datetime

from streets.store.database import Connection, execute


def delete_raw(conn: Connection, before: datetime) -> int:
    """Delete raw frames and refused messages that last came before then, and gaps found before then; return how many messages."""
    execute(conn, "delete_gaps_before", found_before=before)
    return execute(conn, "delete_uplinks_before", received_before=before) + execute(
        conn, "delete_rejects_before", seen_before=before
    )


def delete_told_by_phones(conn: Connection, before: datetime) -> int:
    """Delete bumps and coverage counts that came before then; return how many."""
    return execute(conn, "delete_bumps_before", received_before=before) + execute(
        conn, "delete_coverage_before", received_before=before
    )
