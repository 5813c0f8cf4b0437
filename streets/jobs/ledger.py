"""Every five minutes: how many frames the devices sent, and how many are missing, by their own counters."""

from datetime import datetime

from streets.accounts.frames import count_frames
from streets.store.database import Connection


def count_sent(conn: Connection, at: datetime) -> str:  # noqa: ARG001 a job is told the time; frames bring their own
    """Count the frames of the devices that something came from since the last time."""
    return f"counted the frames of {count_frames(conn)} devices"
