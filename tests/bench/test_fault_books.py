"""The benchmark of faults counts what is lost and what is stored twice: shown on a store that was tampered with."""

from collections.abc import Callable

import psycopg
import pytest

from bench.trial.books import Books, reckon
from bench.trial.site import register
from bench.trial.stream import Sent, steady
from bench.trial.trial import Look, recovery_s
from ingest.batch import keep_messages
from ingest.outcome import Message
from ingest.registry import Registry
from streets import clock
from streets.store.database import Database


@pytest.fixture
def sent(database_url: str, open_database: Callable[[str], Database]) -> tuple[Sent, ...]:
    """Forty messages, all of them stored."""
    register(database_url)
    messages = steady(40, clock.now()).messages
    arrivals = [Message(message.topic, message.body, clock.now()) for message in messages]
    keep_messages(open_database("streets_ingest"), Registry(), arrivals)
    return messages


def tampered(url: str, *statements: str) -> None:
    with psycopg.connect(url) as conn:
        for statement in statements:
            conn.execute(statement)  # type: ignore[arg-type]


def counted(books: Books) -> tuple[int, int, int]:
    return books.stored, books.lost, books.duplicated


def test_of_a_store_that_is_as_it_should_be_nothing_is_told(database_url: str, sent: tuple[Sent, ...]) -> None:
    assert counted(reckon(database_url, sent)) == (40, 0, 0)


def test_a_frame_without_its_reading_is_lost(database_url: str, sent: tuple[Sent, ...]) -> None:
    tampered(database_url, "DELETE FROM level_reading WHERE ctid = (SELECT min(ctid) FROM level_reading)")
    assert counted(reckon(database_url, sent)) == (39, 1, 0)


def test_a_frame_that_is_there_twice_is_seen_and_unbalances_the_ledger(database_url: str, sent: tuple[Sent, ...]) -> None:
    tampered(database_url, "DROP INDEX uplink_frame", "INSERT INTO uplink SELECT * FROM uplink LIMIT 1")
    books = reckon(database_url, sent)
    assert (counted(books), books.balances) == ((40, 0, 1), False)


def test_a_reading_that_says_something_else_is_one_lost_and_one_that_nobody_sent(
    database_url: str, sent: tuple[Sent, ...]
) -> None:
    tampered(database_url, "UPDATE level_reading SET distance_mm = 1 WHERE ctid = (SELECT min(ctid) FROM level_reading)")
    assert counted(reckon(database_url, sent)) == (39, 1, 1)


def test_recovered_is_who_is_no_more_than_a_second_behind_and_stays_so() -> None:
    # One message a second is confirmed; from second 3 on the database is away, until at second 7 it is caught up with.
    committed = [1, 2, 3, None, None, 3, 4, 8, 9]
    looks = [Look(float(at), at + 1, None if done is None else (done, done)) for at, done in enumerate(committed)]
    assert recovery_s(looks, ended_at=4.5) == 6 - 4.5
    assert recovery_s(looks[:7], ended_at=4.5) is None
    assert recovery_s(looks, ended_at=7.5) == 0
