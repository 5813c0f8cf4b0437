"""The broker keeps what it acknowledged, and permissions mean what they say."""

import json
import os
import secrets
import signal
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

import paho.mqtt.client as mqtt
import pytest

from cli.broker import PARTIES
from cli.embedded.broker import EmbeddedBroker
from cli.embedded.broker_config import BrokerUser, broker_config, direct_device, subjects
from ingest.broker.subscription import TOPICS

KEEPER = BrokerUser("keeper", subscribe=("streets/#", "v3/+/devices/+/up"))
DEVICE = BrokerUser("device-7", publish=("streets/v1/rivermouth/device-7/up",))


class Client:
    """A paho client that remembers what it was told."""

    def __init__(self, url: str, client_id: str, clean_session: bool = True) -> None:
        self.got: list[tuple[str, bytes]] = []
        self.subscribed: list[int] = []
        self.refused = False
        self._client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id, clean_session=clean_session)
        self._client.on_message = lambda _client, _data, message: self.got.append((message.topic, message.payload))
        self._client.on_subscribe = lambda _client, _data, _id, codes, _properties: self.subscribed.extend(c.value for c in codes)
        self._client.on_connect = lambda _client, _data, _flags, code, _properties: setattr(self, "refused", code.is_failure)
        parts = urlsplit(url)
        self._client.username_pw_set(unquote(parts.username or ""), parts.password)
        self._client.connect(parts.hostname, parts.port)
        self._client.loop_start()
        until(lambda: self._client.is_connected() or self.refused)

    def subscribe(self, *filters: str) -> list[int]:
        self._client.subscribe([(topic, 1) for topic in filters])
        until(lambda: len(self.subscribed) == len(filters))
        return self.subscribed

    def publish(self, topic: str, message: bytes) -> None:
        self._client.publish(topic, message, qos=1).wait_for_publish(60)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline, "not within 60 s"
        time.sleep(0.01)


def test_permissions_name_subjects_for_topics() -> None:
    assert subjects("v3/+/devices/+/up") == ["v3.*.devices.*.up"]
    assert subjects("streets/#") == ["streets", "streets.>"]
    assert subjects("a.b/c") == ["a//b.c"]
    with pytest.raises(ValueError, match="no permission"):
        subjects("streets/v1/*/up")


def test_a_restricted_session_gets_what_came_while_it_was_away(broker: EmbeddedBroker) -> None:
    broker.admit([KEEPER, DEVICE])
    session = secrets.token_hex(4)
    keeper = Client(broker.url("keeper"), session, clean_session=False)
    assert keeper.subscribe("streets/#", "v3/+/devices/+/up") == [1, 1]
    keeper.close()
    device = Client(broker.url("device-7"), secrets.token_hex(4))
    device.publish("streets/v1/rivermouth/device-7/up", b"kept")
    device.close()
    keeper = Client(broker.url("keeper"), session, clean_session=False)
    until(lambda: len(keeper.got) == 1)
    assert keeper.got == [("streets/v1/rivermouth/device-7/up", b"kept")]
    keeper.close()


@pytest.mark.parametrize(
    "topic", ["streets/v1/rivermouth/device-8/up", "streets/v1/rivermouth/*/up", "streets/v1/>", "v3/a/devices/b/up"]
)
def test_a_device_cannot_speak_for_another(broker: EmbeddedBroker, topic: str) -> None:
    broker.admit([KEEPER, DEVICE])
    keeper = Client(broker.url("keeper"), secrets.token_hex(4), clean_session=False)
    keeper.subscribe("streets/#", "v3/+/devices/+/up")
    device = Client(broker.url("device-7"), secrets.token_hex(4))
    device.publish(topic, b"forged")
    device.publish("streets/v1/rivermouth/device-7/up", b"own")
    until(lambda: b"own" in [message for _topic, message in keeper.got])
    assert keeper.got == [("streets/v1/rivermouth/device-7/up", b"own")]
    device.close()
    keeper.close()


@pytest.mark.parametrize(
    ("party", "taken", "dropped"),
    [
        (
            "network",
            [
                "v3/bins@ttn/devices/bin-7/up",
                "application/1/device/24e124713d000001/event/up",
                "loriot/BE7A0029/uplink",
                "streets/v1/rivermouth/thingpark/TWA_1.2.AS/uplink",
            ],
            ["streets/v1/rivermouth/bin-7/up", "streets/v1/rivermouth/high-street/xovis", "streets/v1/rivermouth/phone/a/bump"],
        ),
        (
            "api",
            [
                "v3/bins@ttn/devices/bin-7/join",
                "application/1/device/24e124713d000001/event/error",
                "loriot/BE7A0029/uplink",
                "streets/v1/rivermouth/thingpark/TWA_1.2.AS/uplink",
                "streets/v1/rivermouth/high-street/xovis",
            ],
            ["weather/today"],
        ),
        (
            "rivermouth/high-street",
            ["streets/v1/rivermouth/high-street/up", "streets/v1/rivermouth/high-street/xovis"],
            ["streets/v1/rivermouth/high-street/down", "streets/v1/rivermouth/thingpark/high-street/uplink"],
        ),
    ],
)
def test_each_party_publishes_on_its_topics_and_ingest_reads_them_all(
    broker: EmbeddedBroker, party: str, taken: list[str], dropped: list[str]
) -> None:
    users = [BrokerUser(name, publish, subscribe) for name, (_, publish, subscribe) in PARTIES.items()]
    broker.admit([*users, direct_device("rivermouth/high-street")])
    ingest, sender = (Client(broker.url(name), secrets.token_hex(4)) for name in ("ingest", party))
    assert ingest.subscribe(*TOPICS) == [1] * len(TOPICS)
    for topic in (*dropped, *taken):
        sender.publish(topic, b"{}")
    until(lambda: len(ingest.got) >= len(taken))
    assert sorted(topic for topic, _ in ingest.got) == sorted(taken)
    sender.close()
    ingest.close()


def test_a_device_may_not_listen(broker: EmbeddedBroker) -> None:
    broker.admit([DEVICE])
    device = Client(broker.url("device-7"), secrets.token_hex(4))
    assert device.subscribe("streets/#") == [0x80]
    device.close()


def test_a_wrong_password_is_refused(broker: EmbeddedBroker) -> None:
    broker.admit([DEVICE])
    stranger = Client(broker.url("device-7").replace("device-7:", "device-7:x"), secrets.token_hex(4))
    assert stranger.refused
    stranger.close()


def test_a_killed_broker_has_kept_what_it_acknowledged(tmp_path: Path) -> None:
    server = EmbeddedBroker(tmp_path, [KEEPER, DEVICE])
    server.start()
    try:
        session = secrets.token_hex(4)
        keeper = Client(server.url("keeper"), session, clean_session=False)
        keeper.subscribe("streets/#")
        keeper.close()
        device = Client(server.url("device-7"), secrets.token_hex(4))
        for number in range(50):
            device.publish("streets/v1/rivermouth/device-7/up", str(number).encode())
        assert server.process_id is not None
        os.kill(server.process_id, signal.SIGKILL)
        until(server.failed)
        device.close()
        server.start()
        keeper = Client(server.url("keeper"), session, clean_session=False)
        until(lambda: len(keeper.got) >= 50)
        assert {message for _topic, message in keeper.got} == {str(number).encode() for number in range(50)}
        keeper.close()
    finally:
        server.stop()


def test_each_message_is_flushed_before_it_is_acknowledged_unless_once_a_second_will_do() -> None:
    def flushes(**how: bool) -> object:
        text = broker_config([], {}, listen="127.0.0.1:4222", mqtt_listen="0.0.0.0:1883", store="/data", **how)
        return json.loads(text)["jetstream"]["sync_interval"]

    assert (flushes(), flushes(durable=False)) == ("always", "1s")
