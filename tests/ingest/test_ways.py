"""A frame may come by MQTT, by webhook and from the store, in any order and at once: it is stored once."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import permutations
from threading import Event
from urllib.parse import urlsplit

import httpx
import pytest
from browsing import served
from paho.mqtt.publish import single

from cli.embedded.broker import EmbeddedBroker
from ingest.broker.consumer import Consumer
from ingest.gaps.intake import take
from ingest.gaps.things_stack_storage import Patience, Storage
from ingest.outcome import Message
from ingest.registry import Registry
from streets.applications import Application
from streets.settings import Settings
from streets.store import tokens
from streets.store.database import Database
from tests.ingest.arrivals import level, settle
from tests.ingest.storage_server import KEY, StorageServer
from tests.ingest.test_consumer import first, own_session, running, until

NOW = datetime.now(UTC).replace(microsecond=0)
RECEIVED = "SELECT coalesce(sum(received), 0)::int FROM ledger"


@dataclass
class Ways:
    """The three ways in."""

    broker: EmbeddedBroker
    site: str
    secret: str
    server: StorageServer
    storage: Storage
    db: Database

    def send(self, way: str, message: Message) -> None:
        """Bring one message in."""
        if way == "mqtt":
            address = urlsplit(self.broker.url("everyone"))
            login = {"username": address.username, "password": address.password}
            single(message.topic, message.body, 0, hostname=address.hostname, port=address.port, auth=login)  # type: ignore[arg-type]
        elif way == "webhook":
            told = httpx.post(
                f"{self.site}/v1/uplinks/tts", content=message.body, headers={"Authorization": f"Bearer {self.secret}"}
            )
            assert told.status_code == 202
        else:
            self.server.keep(message.body)
            at = datetime.fromisoformat(json.loads(message.body)["received_at"])
            take(self.db, Registry(), self.storage, at - timedelta(seconds=1), at + timedelta(seconds=1), Event())


@pytest.fixture
def ways(
    database: Database,
    open_database: Callable[[str], Database],
    settings: Settings,
    broker: EmbeddedBroker,
) -> Iterator[Ways]:
    settle(database)
    with database.transaction() as conn:
        secret, _ = tokens.create(conn, "rivermouth", "device", "bins@council", NOW, days=1)
    db = open_database("streets_ingest")
    with StorageServer().running() as server, served(settings) as site, running(Consumer(settings, db, own_session())):
        storage = Storage(
            Application(council="rivermouth", name="bins@council", address=server.url, key=KEY, retention=timedelta(days=1)),
            Patience(first_wait_s=0.01),
        )
        yield Ways(broker, site, secret, server, storage, db)
        storage.close()


def test_a_frame_that_comes_by_all_three_ways_is_stored_once_in_whichever_order(ways: Ways, database: Database) -> None:
    received = 0
    for f_cnt, order in enumerate(permutations(("mqtt", "webhook", "store")), 1):
        message = level(500 + f_cnt, f_cnt, NOW - timedelta(minutes=f_cnt))
        for way in order:
            ways.send(way, message)
            received += 1
            until(database, RECEIVED, received)
    assert first(database, "SELECT count(*) || ' ' || max(readings) FROM uplink") == "6 1"
    assert first(database, "SELECT count(*) FROM level_reading") == 6
    assert first(database, "SELECT sum(stored) || ' ' || sum(duplicate) || ' ' || sum(rejected) FROM ledger") == "6 12 0"


def test_a_frame_that_comes_by_all_three_ways_at_once_is_stored_once(ways: Ways, database: Database) -> None:
    messages = [level(500 + f_cnt, f_cnt, NOW - timedelta(minutes=f_cnt)) for f_cnt in range(1, 21)]

    def bring(way: str) -> None:
        for message in messages:
            ways.send(way, message)

    threads = [threading.Thread(target=bring, args=(way,)) for way in ("mqtt", "webhook", "store")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    until(database, RECEIVED, 60)
    assert first(database, "SELECT count(*) FROM uplink") == 20
    assert first(database, "SELECT count(*) FROM level_reading") == 20
    assert first(database, "SELECT sum(stored) || ' ' || sum(duplicate) || ' ' || sum(rejected) FROM ledger") == "20 40 0"
