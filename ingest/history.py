"""A town's past, loaded by the journey of live messages: without the broker and in large batches, and nothing else differs."""

from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import islice

from ingest.batch import keep_messages
from ingest.outcome import Message
from ingest.registry import Registry
from ingest.tally import Tally
from streets.store.database import Database

BATCH = 5_000


def load(db: Database, messages: Iterable[tuple[str, bytes, datetime]], progress: Callable[[int], None]) -> Tally:
    """Keep messages (topic, message, received_at), and say after each batch how many were received so far.

    Raises DatabaseAway; what was loaded until then is kept, and is duplicate when loaded again.
    """
    registry = Registry()
    with db.transaction() as conn:
        registry.refresh(conn)
    tally = Tally()
    coming = iter(messages)
    while batch := [Message(*message) for message in islice(coming, BATCH)]:
        tally += keep_messages(db, registry, batch)
        progress(tally.received)
    return tally
