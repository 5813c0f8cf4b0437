"""The small council of `arrivals`, with ingest at work."""

from collections.abc import Callable

import pytest

from ingest.batch import keep_messages
from ingest.registry import Registry
from ingest.tally import Tally
from streets.store.database import Database
from tests.ingest.arrivals import settle


@pytest.fixture
def ingest(database: Database, open_database: Callable[[str], Database]) -> Database:
    """The small council's database, with the rights of ingest."""
    settle(database)
    return open_database("streets_ingest")


@pytest.fixture
def keep(ingest: Database) -> Callable[..., Tally]:
    """Keeps messages as ingest does."""
    registry = Registry()
    return lambda *messages: keep_messages(ingest, registry, messages)
