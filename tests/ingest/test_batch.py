"""A batch is kept once, whole, whatever it holds."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.batch import Tally, keep_messages
from ingest.outcome import Message
from ingest.registry import Registry
from streets.store.database import Database
from tests.ingest.arrivals import BIN_EUI, NOON, bump, count, coverage, level, settle

Keep = Callable[..., Tally]


@pytest.fixture
def keep(database: Database, open_database: Callable[[str], Database]) -> Keep:
    """Keeps messages as ingest does: with its role's rights only."""
    settle(database)
    ingest = open_database("streets_ingest")
    registry = Registry()
    return lambda *messages: keep_messages(ingest, registry, messages)


def found(database: Database, query: str) -> list[tuple[object, ...]]:
    with database.transaction() as conn:
        return conn.execute(query).fetchall()  # type: ignore[arg-type]


def test_the_same_message_twice_in_a_batch_and_again_later_is_stored_once(database: Database, keep: Keep) -> None:
    assert keep(level(), level(), count(), bump(), coverage()) == Tally(received=5, stored=4, duplicate=1)
    assert keep(level(), level(900, f_cnt=2), count(), bump(), coverage()) == Tally(received=5, stored=1, duplicate=4)
    assert found(database, "SELECT distance_mm, battery_pct, tilted FROM level_reading ORDER BY observed_at, distance_mm") == [
        (800, 100, False),
        (900, 100, False),
    ]
    assert found(database, "SELECT people_in, people_out, observed_at - period_start = '300 s', period_s FROM count_reading") == [
        (5, 3, True, 300)
    ]
    assert found(database, "SELECT (SELECT count(*) FROM bump), (SELECT count(*) FROM coverage)") == [(1, 1)]
    assert found(database, "SELECT source, device, received, stored, duplicate, rejected FROM ledger ORDER BY source") == [
        ("direct", "rivermouth/gate-1", 2, 1, 1, 0),
        ("phone", "rivermouth/phone", 4, 2, 2, 0),
        ("tts", BIN_EUI, 4, 2, 2, 0),
    ]
