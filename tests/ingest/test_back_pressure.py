"""While the database is away ingest takes no more than its bound, and leaves the rest to the broker."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from threading import Event, Thread

import psycopg
import pytest

from cli.embedded.broker import EmbeddedBroker
from ingest.broker.consumer import Consumer
from ingest.broker.hand import BYTES_AT_MOST
from ingest.broker.inbound import READ_BYTES
from ingest.broker.subscription import Subscription
from simulators.publisher import Publisher
from streets.settings import Settings
from streets.store.database import Database
from tests.ingest.arrivals import level, settle
from tests.platform.processes import closed, until

BODY_BYTES = 50_000
FRAMES = BYTES_AT_MOST // BODY_BYTES + 500


def padded(f_cnt: int) -> tuple[str, bytes]:
    """Topic and body of a frame whose network server has much to say."""
    frame = level(f_cnt=f_cnt, at=datetime.now(UTC) - timedelta(hours=1) + timedelta(seconds=f_cnt))
    body = json.loads(frame.body)
    body["padding"] = "x" * (BODY_BYTES - len(json.dumps(body | {"padding": ""})))
    return frame.topic, json.dumps(body).encode()


@pytest.fixture
def consumer(settings: Settings, database: Database, open_database: Callable[[str], Database]) -> Iterator[Consumer]:
    """Ingest, listening."""
    settle(database)
    consumer = Consumer(settings, open_database("streets_ingest"), Subscription(f"test-{token_hex(4)}"))
    stop = Event()
    thread = Thread(target=consumer.run, args=(stop,))
    thread.start()
    assert consumer.listening.wait(30)
    yield consumer
    stop.set()
    thread.join()


def test_what_is_in_hand_has_a_bound_and_the_rest_stays_with_the_broker(
    consumer: Consumer, broker: EmbeddedBroker, database_url: str
) -> None:
    figures = consumer.figures
    message_bytes = sum(map(len, padded(0)))  # The topic counts too: 1,006 bodies alone would stay below the bound.
    with closed(database_url):
        with Publisher(broker.url("everyone")) as publisher:
            for f_cnt in range(FRAMES):
                publisher.send(*padded(f_cnt))
            publisher.settle()
        until(lambda: figures.in_hand * message_bytes >= BYTES_AT_MOST, "the bound is reached")
        assert figures.in_hand * message_bytes <= BYTES_AT_MOST + READ_BYTES + message_bytes
    with psycopg.connect(database_url, autocommit=True) as conn:
        until(lambda: conn.execute("SELECT count(*) FROM level_reading").fetchone() == (FRAMES,), "every frame")
    until(lambda: figures.in_hand == 0, "all are acknowledged")
