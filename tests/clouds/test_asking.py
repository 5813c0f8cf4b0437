"""What a cloud answers is taken within bounds, and what is no answer is told as what it is."""

import json
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clouds.asking import CloudFault, Patience
from ingest.clouds.cloud import Said
from ingest.clouds.polling import LONGEST_WAIT_S, wait_s
from ingest.clouds.telraam import Telraam
from ingest.clouds.vivacity import Vivacity
from sensors.codec import decode
from sensors.readings import DecodeError
from tests.clouds.cloud_servers import HOUR, KEY, QUARTER, TelraamServer, Trouble, VivacityServer
from tests.clouds.conftest import account

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
QUICK = Patience(connect_s=2, silence_s=0.5, answer_s=3, pause_s=0.0)


def asked(server: VivacityServer, *posts: str) -> list[Said]:
    """What the server says of the hour from noon."""
    cloud = Vivacity(account(server), QUICK)
    try:
        return list(cloud.counts(posts or ("54315",), NOON, NOON + HOUR, Event()))
    finally:
        cloud.close()


WRONG = {
    "unauthorised": (Trouble(401), "key"),
    "forbidden": (Trouble(403), "refused"),
    "too often": (Trouble(429, headers={"Retry-After": "77"}), "limited"),
    "an error of its own": (Trouble(500), "away"),
    "down": (Trouble(503), "away"),
    "a question that it does not take": (Trouble(400), "refused"),
    "cut": (Trouble(cut=True), "away"),
    "silent": (Trouble(silence_s=2), "away"),
    "a page": (Trouble(body=b"<html>Sorry</html>", content_type="text/html"), "garbled"),
    "no JSON": (Trouble(body=b"{]"), "garbled"),
    "a list": (Trouble(body=b"[1, 2]"), "garbled"),
    "no list of counts": (Trouble(body=b'{"54315": 7}'), "garbled"),
    "packed": (Trouble(headers={"Content-Encoding": "gzip"}), "garbled"),
    "an echo of the key": (Trouble(403, body=f"no rights for\0 {KEY}".encode()), "refused"),
    "deep": (Trouble(body=b'{"54315": ' + b"[" * 100_000), "garbled"),
}


@pytest.mark.parametrize(("trouble", "kind"), WRONG.values(), ids=WRONG.keys())
def test_what_is_no_answer_is_told_as_what_it_is(vivacity: VivacityServer, trouble: Trouble, kind: str) -> None:
    vivacity.count("54315", NOON, 5, 1)
    vivacity.trouble.append(trouble)
    with pytest.raises(CloudFault) as fault:
        asked(vivacity)
    assert fault.value.kind == kind
    assert fault.value.wait_s == (77 if kind == "limited" else None)
    assert KEY not in str(fault.value)
    assert str(fault.value).isprintable(), "PostgreSQL keeps no NUL"
    assert [(said.post, said.since, said.until) for said in asked(vivacity)] == [("54315", NOON, NOON + QUARTER)]


def test_a_cloud_that_sends_us_elsewhere_is_not_followed_with_the_key(vivacity: VivacityServer, telraam: TelraamServer) -> None:
    vivacity.trouble.append(Trouble(302, headers={"Location": f"{telraam.url}/countline/counts"}))
    with pytest.raises(CloudFault, match="sends us elsewhere"):
        asked(vivacity)
    assert telraam.keys == []


def test_an_answer_that_never_ends_is_broken_off(vivacity: VivacityServer) -> None:
    vivacity.trouble.append(Trouble(body=b" " * (33 * 1024 * 1024)))
    with pytest.raises(CloudFault, match="more than 33554432 bytes"):
        asked(vivacity)


def test_no_key_is_in_an_address_that_is_asked(vivacity: VivacityServer, telraam: TelraamServer) -> None:
    asked(vivacity)
    cloud = Telraam(account(telraam, posts=("9000001234",)), QUICK)
    assert list(cloud.counts(("9000001234",), NOON, NOON + HOUR, Event())) == []
    cloud.close()
    assert {*vivacity.keys, *telraam.keys} == {KEY}
    assert KEY not in str(vivacity.asked) + str(telraam.asked)


def test_only_countlines_that_count_are_asked_for_where_none_is_named(vivacity: VivacityServer) -> None:
    vivacity.count("54315", NOON, 5, 1)
    vivacity.countlines |= {"54316": {"is_speed": True}, "54317": {"is_anpr": True}, "../../x": {}, "54318": {"name": "S2"}}
    cloud = Vivacity(account(vivacity), QUICK)
    assert cloud.posts(Event()) == ["54315", "54318"]
    cloud.close()


def test_the_hours_of_the_day_that_clocks_go_back_are_each_their_own(telraam: TelraamServer) -> None:
    # 2026-10-25: 01:00 to 02:00 comes twice on the clocks of London; in UTC it is 00:00 and 01:00.
    first = datetime(2026, 10, 25, 0, tzinfo=UTC)
    for hours in range(3):
        telraam.count("9000001234", first + hours * HOUR, 10 + hours, 0)
    cloud = Telraam(account(telraam, posts=("9000001234",)), QUICK)
    said = list(cloud.counts(("9000001234",), first, first + 3 * HOUR, Event()))
    cloud.close()
    assert [(each.since, each.until) for each in said] == [(first + n * HOUR, first + (n + 1) * HOUR) for n in range(3)]


def test_a_cloud_that_does_not_answer_is_asked_less_and_less_and_never_sooner_than_it_likes() -> None:
    away, limited = CloudFault("away", ""), CloudFault("limited", "", 1_800.0)
    assert wait_s(None, 0, 300) == 300
    assert all(15 * 2**n <= wait_s(away, n + 1, 300) <= 30 * 2**n for n in range(4))
    assert wait_s(away, 99, 300) <= LONGEST_WAIT_S
    assert wait_s(limited, 1, 300) == 1_800
    assert wait_s(CloudFault("key", ""), 1, 300) == LONGEST_WAIT_S


counts = st.dictionaries(st.sampled_from(["pedestrian", "cyclist", "car"]), st.integers(0, 500), max_size=3)


@given(clockwise=counts, anti_clockwise=counts)
def test_a_countline_is_nobody_only_where_the_sensor_saw_something_or_said_zero(
    clockwise: dict[str, int], anti_clockwise: dict[str, int]
) -> None:
    record = {
        "from": NOON.isoformat(),
        "to": (NOON + QUARTER).isoformat(),
        "clockwise": clockwise,
        "anti_clockwise": anti_clockwise,
    }
    try:
        (reading,) = decode("vivacity-countline", json.dumps(record).encode(), None).readings
    except DecodeError:
        assert not clockwise and not anti_clockwise
    else:
        assert (clockwise or anti_clockwise) and reading.people_in == clockwise.get("pedestrian", 0)  # type: ignore[union-attr]


@given(seen_s=st.integers(0, 3_600), left=st.integers(0, 250), right=st.integers(0, 250))
def test_an_hour_of_telraam_gives_back_the_people_that_were_seen(seen_s: int, left: int, right: int) -> None:
    uptime = seen_s / 3_600
    told = [people / uptime if seen_s else 0.0 for people in (left, right)]
    row = {"date": NOON.isoformat(), "uptime": uptime, "pedestrian_lft": told[0], "pedestrian_rgt": told[1]}
    (reading,) = decode("telraam-segment", json.dumps(row).encode(), None).readings
    saw = (left, right) if seen_s else (0, 0)
    seen = (*saw, seen_s, None) if seen_s >= 1_800 else (*saw, 3_600, "stopped")
    assert (reading.people_in, reading.people_out, reading.period_s, reading.fault) == seen  # type: ignore[union-attr]
    # Its period begins with the hour, so that what Telraam corrects is the same period.
    assert reading.observed_at == NOON + timedelta(seconds=reading.period_s)  # type: ignore[union-attr,arg-type]
