"""What is in hand has a bound, whatever it is made of."""

import time
from datetime import UTC, datetime

from ingest.broker.hand import BYTES_AT_MOST, Hand
from ingest.broker.packets import Publication

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
