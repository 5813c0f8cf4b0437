"""What the log says of a database that is away for a while."""

import time
from datetime import UTC, datetime
from threading import Event

import pytest

from ingest.broker.hand import Batch, Hand
from ingest.broker.packets import Publication
from ingest.broker.writer import Writer
from ingest.tally import Tally
from streets.store.database import DatabaseAway


def test_the_log_says_how_many_messages_wait_and_when_the_database_takes_them_again(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    away = [DatabaseAway("the server was told to stop")]

    def keep(_batch: Batch) -> Tally:
        if away:
            raise away.pop()
        return Tally()

    hand = Hand()
    hand.take([Publication(b"\0\1", False, b"streets/v1/rivermouth/bin-7/up", b"{}")], datetime.now(UTC), time.monotonic())
    writer = Writer(keep, lambda: None, Event())
    writer.give(hand.next_batch(1))
    while writer.written() is None:
        time.sleep(0.01)
    writer.end()
    assert [record.getMessage() for record in caplog.records] == [
        "messages that wait for the database: 1; the server was told to stop",
        "the database takes messages again",
    ]
