"""Webhooks of network servers reach the broker on the topic that the message has over MQTT, or are refused with a reason."""

import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from browsing import served
from callers import Served
from listening import Heard, listening

from cli.embedded.broker import EmbeddedBroker
from streets.settings import settings_of
from streets.store import tokens

NOW = datetime.now(UTC)

APPLICATION = "a1b2c3d4-0000-4000-8000-000000000001"


def things_stack(**change: Any) -> dict[str, Any]:
    ids = {"device_id": "bin-1", "application_ids": {"application_id": "streets"}, "dev_eui": "24E124713D000001"}
    return {"end_device_ids": {**ids, **change}, "uplink_message": {"f_port": 85, "f_cnt": 7, "frm_payload": "AXVcA4JMCA=="}}


def chirpstack(**change: Any) -> dict[str, Any]:
    return {"deviceInfo": {"applicationId": APPLICATION, "devEui": "24e124713d000001", **change}, "fPort": 85, "fCnt": 7}


@pytest.fixture
def heard(broker: EmbeddedBroker) -> Iterator[Heard]:
    """What the broker passes on from now."""
    with listening(
        broker.url("everyone"), "v3/#", "application/#", "loriot/+/uplink", "streets/v1/+/thingpark/+/uplink"
    ) as messages:
        yield messages


def test_a_message_of_the_things_stack_reaches_the_broker_as_it_came(api: Served, heard: Heard) -> None:
    raw = json.dumps(things_stack(), indent=3).encode()
    answer = httpx.post(f"{api.url}/v1/uplinks/tts", content=raw, headers=api.bearer("device"))
    assert (answer.status_code, answer.json()) == (202, {"published": "v3/streets@ttn/devices/bin-1/up"})
    assert heard.get(timeout=30) == ("v3/streets@ttn/devices/bin-1/up", raw)


def test_a_message_of_chirpstack_reaches_the_broker_as_it_came(api: Served, heard: Heard) -> None:
    raw = json.dumps(chirpstack()).encode()
    answer = httpx.post(f"{api.url}/v1/uplinks/chirpstack?event=up", content=raw, headers=api.bearer("chirpstack"))
    assert answer.status_code == 202
    assert heard.get(timeout=30) == (f"application/{APPLICATION}/device/24e124713d000001/event/up", raw)


@pytest.mark.parametrize("dev_eui", ["24e124713d000001", "JOEkcT0AAAE="])
def test_chirpstack_3_posts_to_the_same_address_with_its_names_in_hexadecimal_or_base64(
    dev_eui: str, api: Served, heard: Heard
) -> None:
    raw = json.dumps({"applicationID": "17", "devEUI": dev_eui, "fCnt": 7, "type": "UPLINK_MIC"}).encode()
    answer = httpx.post(f"{api.url}/v1/uplinks/chirpstack?event=error", content=raw, headers=bearer(api, "17"))
    assert answer.status_code == 202
    assert heard.get(timeout=30) == ("application/17/device/24e124713d000001/event/error", raw)


@pytest.mark.parametrize("cmd", ["rx", "gw", "txd"])
def test_a_message_of_loriot_reaches_the_broker_as_it_came(cmd: str, api: Served, heard: Heard) -> None:
    raw = json.dumps({"cmd": cmd, "EUI": "24E124713D000001", "fcnt": 7, "port": 85, "data": "0175"}).encode()
    answer = httpx.post(f"{api.url}/v1/uplinks/loriot", content=raw, headers=bearer(api, "BE7A0029"))
    assert answer.status_code == 202
    assert heard.get(timeout=30) == ("loriot/BE7A0029/uplink", raw)


@pytest.mark.parametrize("report", ["DevEUI_uplink", "DevEUI_location", "DevEUI_downlink_Sent", "DevEUI_notification"])
@pytest.mark.parametrize("address", ["", "?LrnDevEui=24E124713D000001&LrnFPort=1&LrnInfos=x&AS_ID=TWA_1.2.AS&Time=x&Token=00"])
def test_a_report_of_thingpark_reaches_the_broker_on_a_topic_of_the_tokens_council(
    report: str, address: str, api: Served, heard: Heard
) -> None:
    raw = json.dumps({report: {"DevEUI": "24E124713D000001", "FCntUp": "7"}}).encode()
    answer = httpx.post(f"{api.url}/v1/uplinks/thingpark{address}", content=raw, headers=bearer(api, "TWA_1.2.AS"))
    assert answer.status_code == 202
    assert heard.get(timeout=30) == ("streets/v1/rivermouth/thingpark/TWA_1.2.AS/uplink", raw)


@pytest.mark.parametrize(
    ("path", "body", "subject", "status", "reason"),
    [
        ("chirpstack?event=up", {"applicationID": "18", "devEUI": "24e124713d000001"}, "17", 403, "other_application"),
        ("chirpstack?event=up", {"applicationID": "17"}, "17", 422, "invalid"),
        ("chirpstack?event=up", {"applicationID": "17", "devEUI": "JOEkcT0AAA=="}, "17", 422, "invalid"),
        ("loriot", {"cmd": "rx", "EUI": "24E1"}, "BE7A0029", 422, "invalid"),
        ("loriot", {"cmd": "rx", "EUI": "24E124713D000001"}, "rivermouth/b12", 403, "other_application"),
        ("thingpark", {"xml": {}}, "TWA_1.2.AS", 422, "unknown_event"),
        ("thingpark?AS_ID=TWA_1.3.AS", {"DevEUI_uplink": {}}, "TWA_1.2.AS", 403, "other_application"),
        ("thingpark", {"DevEUI_uplink": {"DevEUI": "24E124713D000001"}}, "rivermouth/b12", 403, "other_application"),
    ],
)
def test_what_a_network_may_not_say_is_refused_with_the_reason(
    path: str, body: Any, subject: str, status: int, reason: str, api: Served
) -> None:
    answer = httpx.post(f"{api.url}/v1/uplinks/{path}", json=body, headers=bearer(api, subject))
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:smart-streets:problem:{reason}")


@pytest.mark.parametrize(
    ("path", "body"),
    [("loriot", {"cmd": "rx", "EUI": "24E124713D000001"}), ("thingpark", {"DevEUI_uplink": {"DevEUI": "24E124713D000001"}})],
)
def test_another_councils_device_is_refused_whichever_network_tells_of_it(path: str, body: Any, api: Served) -> None:
    answer = httpx.post(f"{api.url}/v1/uplinks/{path}", json=body, headers=bearer(api, "app", "hilltop"))
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:smart-streets:problem:other_council")


def bearer(api: Served, subject: str, council: str = "rivermouth") -> dict[str, str]:
    """The header of a new token for an application."""
    with psycopg.connect(api.database_url) as conn:
        secret, _ = tokens.create(conn, council, "device", subject, NOW, days=1)
    return {"Authorization": f"Bearer {secret}"}


@pytest.mark.parametrize(
    ("event", "topic"),
    [
        ("join_accept", "join"),
        ("downlink_failed", "down/failed"),
        ("downlink_queue_invalidated", "down/queue_invalidated"),
        ("uplink_normalized", "up/normalized"),
        ("location_solved", "location/solved"),
    ],
)
def test_whatever_the_things_stack_documents_is_taken_as_refusals_would_pause_its_webhook(
    event: str, topic: str, api: Served
) -> None:
    told = {"end_device_ids": things_stack()["end_device_ids"], event: {}}
    answer = httpx.post(f"{api.url}/v1/uplinks/tts", json=told, headers=api.bearer("device") | {"X-Downlink-Apikey": "NNSXS"})
    assert (answer.status_code, answer.json()) == (202, {"published": f"v3/streets@ttn/devices/bin-1/{topic}"})


def test_a_device_without_a_dev_eui_is_left_to_the_journey_to_refuse(api: Served) -> None:
    told = things_stack()
    del told["end_device_ids"]["dev_eui"]
    assert httpx.post(f"{api.url}/v1/uplinks/tts", json=told, headers=api.bearer("device")).status_code == 202


@pytest.mark.parametrize("who", [{}, {"Authorization": "Bearer nobody"}, {"Authorization": "Basic c3RyZWV0czp4"}])
def test_a_webhook_without_a_token_that_holds_is_turned_away(who: dict[str, str], api: Served) -> None:
    answer = httpx.post(f"{api.url}/v1/uplinks/tts", json=things_stack(), headers=who)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_when_a_token_was_last_used_is_noted(api: Served) -> None:
    httpx.post(f"{api.url}/v1/uplinks/tts", json=things_stack(), headers=api.bearer("device"))
    with psycopg.connect(api.database_url) as conn:
        used = conn.execute("SELECT last_used_at FROM token WHERE subject = 'streets@ttn' AND council = 'rivermouth'").fetchone()
    assert used is not None
    assert used[0] is not None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"end_device_ids": 7}',
        b"[" * 200_000,
        json.dumps({**things_stack(), "uplink_message": 1}).replace("uplink_message", "dance").encode(),
        json.dumps(things_stack(device_id="a/b")).encode(),
        json.dumps(things_stack(device_id="+")).encode(),
        json.dumps(things_stack(dev_eui="24E1")).encode(),
    ],
)
def test_a_body_that_is_no_webhook_message_gets_an_answer_that_says_so(body: bytes, api: Served) -> None:
    answer = httpx.post(f"{api.url}/v1/uplinks/tts", content=body, headers=api.bearer("device"))
    assert answer.status_code == 422
    assert answer.json()["detail"]


def test_another_application_than_the_tokens_is_refused(api: Served) -> None:
    other = things_stack(application_ids={"application_id": "other"})
    answer = httpx.post(f"{api.url}/v1/uplinks/tts", json=other, headers=api.bearer("device"))
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:smart-streets:problem:other_application")


def test_one_council_cannot_speak_for_another_councils_device(api: Served) -> None:
    answer = httpx.post(f"{api.url}/v1/uplinks/tts", json=things_stack(), headers=api.bearer("other_council"))
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:smart-streets:problem:other_council")


def test_the_open_source_server_has_no_tenant(api: Served, heard: Heard) -> None:
    with psycopg.connect(api.database_url) as conn:
        secret, _ = tokens.create(conn, "rivermouth", "device", "streets", NOW, days=1)
    answer = httpx.post(f"{api.url}/v1/uplinks/tts", json=things_stack(), headers={"Authorization": f"Bearer {secret}"})
    assert (answer.status_code, answer.json()) == (202, {"published": "v3/streets/devices/bin-1/up"})


def test_pages_are_answered_while_webhooks_wait_for_a_broker_that_hangs(
    api: Served, broker: EmbeddedBroker, databases: Any
) -> None:
    order: list[str] = []

    def post(site: str) -> None:
        status = httpx.post(f"{site}/v1/uplinks/tts", json=things_stack(), headers=api.bearer("device"), timeout=30).status_code
        order.append(f"webhook {status}")

    with Hanging(broker.url("everyone")) as hanging:
        told = {"STREETS_DATABASE_URL": api.database_url, "STREETS_MQTT_URL": hanging.url, "STREETS_SECRET_KEY": "k" * 32}
        with served(settings_of(told)) as site:
            while httpx.post(f"{site}/v1/uplinks/tts", json=things_stack(), headers=api.bearer("device")).status_code != 202:
                time.sleep(0.05)
            hanging.hangs.set()
            posts = [threading.Thread(target=post, args=(site,)) for _ in range(8)]
            for each in posts:
                each.start()
            assert hanging.held.wait(30)
            assert httpx.get(f"{site}/v1/potholes", timeout=30).status_code == 200
            order.append("page")
            for each in posts:
                each.join()
    assert order == ["page", *["webhook 503"] * 8]


class Hanging:
    """A way to the broker that, once told to hang, takes everything and passes nothing on. `held`: all eight webhooks wait."""

    def __init__(self, broker_url: str) -> None:
        self._there = urlsplit(broker_url)
        self.hangs, self.held = threading.Event(), threading.Event()
        self._swallowed = b""
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        self.url = self._there._replace(netloc=f"{self._there.username}:{self._there.password}@127.0.0.1:{port}").geturl()

    def __enter__(self) -> "Hanging":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection((self._there.hostname or "", self._there.port or 1883))
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._pass, args=(one, other), daemon=True).start()

    def _pass(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := one.recv(65_536):
                if not self.hangs.is_set():
                    other.sendall(piece)
                    continue
                self._swallowed += piece
                if self._swallowed.count(b"uplink_message") >= 8:
                    self.held.set()
            other.shutdown(socket.SHUT_WR)


def test_nothing_is_taken_that_the_broker_does_not_have(api: Served) -> None:
    told = {"STREETS_DATABASE_URL": api.database_url, "STREETS_MQTT_URL": "mqtt://127.0.0.1:1", "STREETS_SECRET_KEY": "k" * 32}
    with served(settings_of(told)) as cut_off:
        answer = httpx.post(f"{cut_off}/v1/uplinks/tts", json=things_stack(), headers=api.bearer("device"))
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:smart-streets:problem:broker_away")
    assert answer.headers["Retry-After"] == "10"
