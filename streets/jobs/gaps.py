"""Missing frame counters are found, and those that came meanwhile are counted."""

from datetime import datetime, timedelta

from streets.store import gaps
from streets.store.database import Connection

# Frames overtake each other on their way by seconds; what was received may be committed minutes later.
SETTLED_AFTER = timedelta(minutes=2)
LOOK_BACK = timedelta(minutes=15)
AT_FIRST = timedelta(days=2)


def find(conn: Connection, at: datetime) -> str:
    """Look at the frames received since the last time, and at what became of open gaps."""
    until = at - SETTLED_AFTER
    looked_until = gaps.watched_until(conn, gaps.COUNTERS) or until - AT_FIRST
    found = gaps.find_counter_gaps(conn, looked_until - LOOK_BACK, until, at)
    gaps.recount(conn, at)
    closed = gaps.close_before(conn, at - gaps.LONGEST, "No store of The Things Stack keeps uplinks for so long.")
    gaps.watch(conn, gaps.COUNTERS, until)
    return f"found {found} gaps in frame counters, gave up {closed}"
