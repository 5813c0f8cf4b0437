"""A frame may come by MQTT, by webhook and from the store, in any order and at once: it is stored once."""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import permutations
from threading import Event
from typing import Any
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
from tests.ingest.arrivals import BIN_EUI, found, level, settle
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


def at_networks(at: datetime) -> list[tuple[str, str, str, dict[str, Any]]]:
    """One frame of the bin's sensor at each network that has a webhook: its topic, its address, the token's subject, itself."""
    eui, payload = BIN_EUI.upper(), bytes.fromhex("0382e803")
    data, moment = base64.b64encode(payload).decode(), at.isoformat()
    frame = {"devAddr": "01010101", "fCnt": 7, "fPort": 85, "data": data}
    application = "8f0f6c1e-52d6-4f1e-9b52-7269766d0001"
    info = {"deviceInfo": {"applicationId": application, "devEui": BIN_EUI}, "time": moment}
    version_3 = {"applicationID": "7", "devEUI": base64.b64encode(bytes.fromhex(BIN_EUI)).decode(), "publishedAt": moment}
    loriot = {"cmd": "rx", "EUI": eui, "ts": int(at.timestamp() * 1000), "fcnt": 7, "port": 85, "data": payload.hex()}
    report = {"DevEUI": eui, "DevAddr": "03030303", "Time": moment, "FCntUp": 7, "FPort": 85, "payload_hex": payload.hex()}
    of_chirpstack = f"device/{BIN_EUI}/event/up"
    return [
        (f"application/{application}/{of_chirpstack}", "chirpstack?event=up", application, info | frame),
        (f"application/7/{of_chirpstack}", "chirpstack?event=up", "7", version_3 | frame | {"devAddr": "AgICAg=="}),
        ("loriot/BE7A0029/uplink", "loriot", "BE7A0029", loriot),
        ("streets/v1/rivermouth/thingpark/TWA_1.2.AS/uplink", "thingpark", "TWA_1.2.AS", {"DevEUI_uplink": report}),
    ]


def test_a_frame_of_any_network_counts_once_by_mqtt_and_by_webhook(ways: Ways, database: Database) -> None:
    for received, (topic, address, subject, told) in enumerate(at_networks(NOW - timedelta(minutes=5)), 1):
        body = json.dumps(told).encode()
        with database.transaction() as conn:
            secret, _ = tokens.create(conn, "rivermouth", "device", subject, NOW, days=1)
        ways.send("mqtt", Message(topic, body, NOW))
        until(database, RECEIVED, 2 * received - 1)
        bearer = {"Authorization": f"Bearer {secret}"}
        assert httpx.post(f"{ways.site}/v1/uplinks/{address}", content=body, headers=bearer).json() == {"published": topic}
        until(database, RECEIVED, 2 * received)
    lines = "SELECT source, sum(stored)::int, sum(duplicate)::int, sum(rejected)::int FROM ledger GROUP BY source ORDER BY source"
    assert found(database, lines) == [("chirpstack", 2, 2, 0), ("loriot", 1, 1, 0), ("thingpark", 1, 1, 0)]


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
