"""Sensors that push by HTTP reach the broker on their own topic, or are refused with a reason."""

from datetime import UTC, datetime

import httpx
import psycopg
import pytest
from callers import Served
from listening import listening

from cli.embedded.broker import EmbeddedBroker
from streets.store import tokens

NOW = datetime.now(UTC)


def bearer(api: Served, council: str, subject: str) -> dict[str, str]:
    with psycopg.connect(api.database_url) as conn:
        secret, _ = tokens.create(conn, council, "device", subject, NOW, days=1)
    return {"Authorization": f"Bearer {secret}"}


@pytest.mark.parametrize(
    ("body", "packages"),
    [
        (b' {"logics_data": {"logics": [] }}', [b' {"logics_data": {"logics": [] }}']),
        (b'[{"logics_data":{ }}, {"status_data": {}}]', [b'{"logics_data":{ }}', b'{"status_data": {}}']),
        # Where people walked goes no further.
        (b'{"live_data": {"frames": [{"tracked_objects": [{"position": [1.0, 2.0, 1.7]}]}]}}', [b'{"live_data":{}}']),
    ],
)
def test_packages_reach_the_broker_as_they_came_on_the_sensors_own_topic(
    body: bytes, packages: list[bytes], api: Served, broker: EmbeddedBroker
) -> None:
    headers = bearer(api, "rivermouth", "rivermouth/door-7")
    with listening(broker.url("everyone"), "streets/v1/rivermouth/door-7/#") as heard:
        answer = httpx.post(f"{api.url}/v1/pushes/xovis", content=body, headers=headers)
        assert (answer.status_code, answer.json()) == (202, {"published": "streets/v1/rivermouth/door-7/xovis"})
        assert [heard.get(timeout=30) for _ in packages] == [("streets/v1/rivermouth/door-7/xovis", each) for each in packages]


@pytest.mark.parametrize(
    ("council", "subject", "reason"),
    [
        ("rivermouth", "streets@ttn", "other_sensor"),
        ("hilltop", "rivermouth/door-7", "other_sensor"),
        ("rivermouth", "rivermouth/a/b", "other_sensor"),
        ("rivermouth", "rivermouth/+", "other_sensor"),
        ("rivermouth", "rivermouth/", "other_sensor"),
    ],
)
def test_a_token_that_is_no_sensors_of_its_council_is_refused(api: Served, council: str, subject: str, reason: str) -> None:
    answer = httpx.post(f"{api.url}/v1/pushes/xovis", json={}, headers=bearer(api, council, subject))
    assert (answer.status_code, answer.json()["type"]) == (403, f"urn:smart-streets:problem:{reason}")


@pytest.mark.parametrize("body", [b"", b"{", b"{}", b"7", b"[]", b"[7]", b'[{"logics_data": {}}, 7]', b"\xff", b"[" * 200_000])
def test_what_is_no_package_gets_an_answer_that_says_so(api: Served, body: bytes) -> None:
    answer = httpx.post(f"{api.url}/v1/pushes/xovis", content=body, headers=bearer(api, "rivermouth", "rivermouth/door-7"))
    assert answer.status_code == 422
    assert answer.json()["detail"]
