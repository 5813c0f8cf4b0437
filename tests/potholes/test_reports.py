"""POST /v1/bumps and /v1/coverage on a real broker: what it gets, and what a sender is told."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from queue import Empty
from typing import Any

import httpx
import pytest
from browsing import served, served_filled
from listening import Heard, listening

from api.address_limit import household
from cli.embedded.broker import EmbeddedBroker
from ingest.envelopes import unwrap
from sensors.codec import decode
from streets import clock
from streets.settings import Settings
from streets.store.database import Database
from tests.potholes.felt import HERE, moved
from tests.potholes.town import ward_around

THIS_HOUR = clock.now().astimezone(UTC).replace(minute=0, second=0, microsecond=0)
LAST_MONDAY = (THIS_HOUR - timedelta(days=THIS_HOUR.weekday())).replace(hour=0)
PHONE = "0123456789abcdef0123456789abcdef"


def told(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


BUMP = {"reporter": PHONE, "lat": HERE[0], "lon": HERE[1], "hour_start": told(THIS_HOUR), "severity_g": 0.8}
COVERAGE = {"reporter": PHONE, "council": "rivermouth", "street": "4500101", "week_start": told(LAST_MONDAY), "passes": 4}


@pytest.fixture
def town(database: Database) -> Database:
    with database.transaction() as conn:
        ward_around(conn)
    return database


@pytest.fixture(scope="module")
def asking(databases: Any, broker: EmbeddedBroker) -> Iterator[httpx.Client]:
    roomy = {"STREETS_BUMP_LIMIT_PER_MINUTE": "1000"}
    with served_filled(databases, broker, ward_around, **roomy) as url, httpx.Client(base_url=url) as client:
        yield client


@pytest.fixture
def heard(broker: EmbeddedBroker) -> Iterator[Heard]:
    """What arrives under streets/v1/+/phone."""
    with listening(broker.url("everyone"), "streets/v1/+/phone/+/+") as arrived:
        yield arrived


def post(asking: httpx.Client, **changed: object) -> httpx.Response:
    body = {key: value for key, value in {**BUMP, **changed}.items() if value is not None}
    return asking.post("/v1/bumps", json=body)


def test_a_bump_reaches_the_broker_as_the_journey_reads_it(asking: httpx.Client, heard: Heard) -> None:
    answer = post(asking, heading_octant=2, speed_band="20_to_30_mph", quality=0.7)
    assert (answer.status_code, answer.json()) == (202, {"accepted": True, "council": "rivermouth"})
    topic, message = heard.get(timeout=30)
    (uplink,) = unwrap(topic, message, THIS_HOUR)
    assert (uplink.kind, uplink.council) == ("bump", "rivermouth")
    (reading,) = decode("phone-bump", uplink.payload, None).readings
    assert (reading.lat, reading.lon, reading.hour_start, reading.severity_g) == (*HERE, THIS_HOUR, 0.8)  # type: ignore[union-attr]


def test_the_number_of_the_phone_does_not_leave_and_its_token_is_its_own(asking: httpx.Client, heard: Heard) -> None:
    for reporter in (PHONE, PHONE, PHONE.replace("0", "1"), None):
        assert post(asking, reporter=reporter).status_code == 202
    messages = [heard.get(timeout=30) for _ in range(4)]
    tokens = [topic.split("/")[4] for topic, _ in messages]
    assert tokens[0] == tokens[1]
    assert len(set(tokens)) == 3
    assert all(PHONE not in topic + message.decode() and "reporter" not in json.loads(message) for topic, message in messages)


def test_coverage_reaches_the_broker(asking: httpx.Client, heard: Heard) -> None:
    assert asking.post("/v1/coverage", json=COVERAGE).status_code == 202
    topic, message = heard.get(timeout=30)
    (uplink,) = unwrap(topic, message, THIS_HOUR)
    (reading,) = decode("phone-coverage", uplink.payload, None).readings
    assert (uplink.kind, reading.street, reading.passes) == ("coverage", "4500101", 4)  # type: ignore[union-attr]


BAD_BUMPS = [
    ({"lat": None}, "body.lat: Field required"),
    ({"lat": 91}, "less than or equal to 90"),
    ({"lat": "54.9741"}, "valid number"),
    ({"lat": 54.9741234}, "at most 5 decimal places"),
    ({"lat": moved(5000, 0)[0].__round__(4)}, "lies outside every council"),
    ({"council": "elsewhere"}, "elsewhere takes no reports here"),
    ({"hour_start": told(THIS_HOUR + timedelta(minutes=7))}, "only the hour"),
    ({"hour_start": THIS_HOUR.strftime("%Y-%m-%dT%H:00:00+05:30")}, "only the hour"),
    ({"hour_start": told(THIS_HOUR + timedelta(hours=2))}, "in the future"),
    ({"hour_start": told(THIS_HOUR - timedelta(days=15))}, "too long ago"),
    ({"hour_start": "0001-01-01T00:00:00Z"}, "too long ago"),
    ({"hour_start": "0001-01-01T00:00:00+05:00"}, "outside the years"),
    ({"hour_start": "2026-01-05T10:00:00"}, "timezone"),
    ({"hour_start": 1767607200}, "ISO 8601"),
    ({"severity_g": 0}, "greater than 0"),
    ({"severity_g": 60}, "less than or equal to 16"),
    ({"heading_octant": 8}, "less than or equal to 7"),
    ({"speed_band": "fast"}, "under_20_mph"),
    ({"quality": 1.5}, "less than or equal to 1"),
    ({"reporter": "Jane"}, "body.reporter"),
    ({"device_id": "A1B2"}, "body.device_id: Extra inputs are not permitted"),
    ({"trace": [[54.9, -1.6]]}, "body.trace: Extra inputs are not permitted"),
]


def test_a_bad_bump_is_refused_with_what_is_wrong(asking: httpx.Client) -> None:
    for changed, says in BAD_BUMPS:
        answer = post(asking, **changed)
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), changed
        assert says in answer.json()["detail"]


def test_what_is_no_bump_at_all_is_refused(asking: httpx.Client) -> None:
    for body in (b"", b"{", b"[]", b"\xff\xfe", b'{"lat": NaN}'):
        answer = asking.post("/v1/bumps", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 422, body


BAD_COVERAGE = [
    ({"week_start": told(LAST_MONDAY + timedelta(days=1))}, "must be a Monday"),
    ({"week_start": told(LAST_MONDAY - timedelta(weeks=3))}, "too long ago"),
    ({"passes": 0}, "greater than or equal to 1"),
    ({"passes": 2.5}, "valid integer"),
    ({"street": ""}, "at least 1 character"),
    ({"council": "elsewhere"}, "takes no reports"),
    ({"route": []}, "Extra inputs"),
]


def test_bad_coverage_is_refused_with_what_is_wrong(asking: httpx.Client) -> None:
    for changed, says in BAD_COVERAGE:
        answer = asking.post("/v1/coverage", json={**COVERAGE, **changed})
        assert answer.status_code == 422, changed
        assert says in answer.json()["detail"]


def test_more_than_the_limit_from_one_address_waits(town: Database, settings: Settings) -> None:
    with served(replace(settings, bump_limit_per_minute=2)) as url, httpx.Client(base_url=url) as asking:
        assert [post(asking).status_code for _ in range(3)] == [202, 202, 429]
        refused = post(asking)
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert "More than 2 reports in a minute" in refused.json()["detail"]


def test_nothing_is_accepted_while_the_broker_is_away(town: Database, settings: Settings, heard: Heard) -> None:
    with served(replace(settings, mqtt_url="mqtt://127.0.0.1:9")) as url, httpx.Client(base_url=url) as asking:
        answer = post(asking)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    with pytest.raises(Empty):
        heard.get_nowait()


def test_the_addresses_of_one_household_are_one() -> None:
    assert household("2001:db8:1:2:aaaa::1") == household("2001:db8:1:2:bbbb::9") == "2001:db8:1:2::/64"
    assert household("192.0.2.7") == "192.0.2.7"
    assert household("testclient") == "testclient"
