"""What is in hand has a bound, whatever it is made of."""

import time
from datetime import UTC, datetime, timedelta

from ingest.batch import keep_messages
from ingest.broker.hand import BYTES_AT_MOST, PACKED_FROM, Batch, Hand
from ingest.broker.packets import Publication
from ingest.outcome import Kept, Message
from ingest.registry import Registry
from ingest.tally import Tally
from streets.store.database import Database
from streets.store.registry import Registered
from tests.ingest.arrivals import BIN_EUI, NOON, bump, count, coverage, found, level

LONGEST_TOPIC_BYTES = 65_535


def publications(topic: bytes, many: int) -> list[Publication]:
    return [Publication((1 + at).to_bytes(2, "big"), False, topic, b"") for at in range(many)]


def test_long_topics_count_against_the_bound_as_bodies_do() -> None:
    hand, many = Hand(), BYTES_AT_MOST // LONGEST_TOPIC_BYTES
    topic = b"streets/v1/" + bytes(LONGEST_TOPIC_BYTES - len(b"streets/v1/"))
    hand.take(publications(topic, many), datetime.now(UTC), time.monotonic())
    assert hand.has_room
    hand.take(publications(topic, many + 2)[many:], datetime.now(UTC), time.monotonic())
    assert not hand.has_room
    hand.settle(hand.next_batch(many))
    assert hand.has_room
    hand.forget()
    hand.take(publications(topic, many - 1), datetime.now(UTC), time.monotonic())
    assert hand.has_room


def looked_at(registry: Registry, messages: list[Message]) -> Batch:
    """The messages as the hand gives them to the writer: looked at, some at once."""
    hand = Hand()
    sent = [Publication((1 + at).to_bytes(2, "big"), False, each.topic.encode(), each.body) for at, each in enumerate(messages)]
    hand.take(sent, NOON + timedelta(seconds=1), time.monotonic())
    while hand.to_look_at(len(messages)):
        hand.look(registry, len(messages), PACKED_FROM)
    return hand.next_batch(len(messages))


def packed_ahead(batch: Batch) -> int:
    return sum(isinstance(each, Kept) and bool(each.packed) for outcomes in batch.looked for each in outcomes)


def test_what_was_packed_ahead_of_its_batch_is_kept_once_and_whole(database: Database, ingest: Database) -> None:
    registry = Registry()
    with ingest.transaction() as conn:
        registry.refresh(conn)
    messages = [count(), bump(), coverage(), *(level(800 + n, f_cnt=n) for n in range(PACKED_FROM)), level(800, f_cnt=0)]
    messages.insert(7, Message("streets/v1/rivermouth/gate-1/up", b"{", NOON))
    for tally in (
        Tally(received=len(messages), stored=PACKED_FROM + 3, duplicate=1, rejected=1),
        Tally(received=len(messages), duplicate=PACKED_FROM + 4, rejected=1),
    ):
        batch = looked_at(registry, messages)
        # Of the first hundred one is refused; the last five are packed with their batch.
        assert packed_ahead(batch) == PACKED_FROM - 1
        assert keep_messages(ingest, registry, batch.messages, looked=batch.looked) == tally
        distances = found(database, "SELECT distance_mm FROM level_reading ORDER BY distance_mm")
        assert distances == [(800 + n,) for n in range(PACKED_FROM)]
        assert found(database, "SELECT people_in, people_out FROM count_reading") == [(5, 3)]


def test_a_frame_that_no_column_can_hold_is_left_to_its_batch() -> None:
    """The store's numbers of devices end at 2**31 - 1: what is one more cannot be packed."""
    registry = Registry([Registered(BIN_EUI, 2**31, "em310-udl", "rivermouth", NOON - timedelta(days=1), None, None, 4000, None)])
    batch = looked_at(registry, [level(800 + n, f_cnt=n) for n in range(PACKED_FROM)])
    assert (len(batch.looked), packed_ahead(batch)) == (PACKED_FROM, 0)
