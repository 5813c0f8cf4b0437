"""Frames of a device that began to count again, known as such only by what arrives after them.

The same counter with the same bytes is a copy, unless the counter fell in between: the session came to another one at a
time between the two. Where that one arrives last (by a back-fill, or a slower way), the supposed copy is decoded then.
"""

from collections.abc import Sequence

from ingest.journey import decoded_again
from ingest.outcome import Kept
from ingest.registry import Registry
from ingest.rows import kept_uplink
from ingest.tally import count_restarted
from streets.store.database import Connection
from streets.store.registry import registered
from streets.store.uplinks import keep_restarted


def restarted(conn: Connection, frames: Sequence[Kept]) -> list[Kept]:
    """Supposed copies that `frames`, just offered to the store, show to be frames of their own.

    They are stored and counted as such by this; their readings are still to be stored.
    """
    rows = keep_restarted(conn, [frame.uplink for frame in frames])
    if not rows:
        return []
    count_restarted(conn, rows)
    registry = Registry(registered(conn, {row.device for row in rows}))
    posts = [(row, registry.find(row.device)) for row in rows]
    outcomes = [decoded_again(kept_uplink(row), row.received_at, post) for row, post in posts if post is not None]
    return [outcome for outcome in outcomes if isinstance(outcome, Kept)]
