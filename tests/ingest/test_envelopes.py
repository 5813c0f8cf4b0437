"""What networks and devices send becomes uplinks that say which frame of which device they are, or is refused by a word."""

import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.envelopes import LARGEST_BYTES, unwrap
from ingest.envelopes.parts import identifier
from ingest.uplink import EnvelopeError, Uplink
from tests.conftest import SHARED_DATA

NOW = datetime(2026, 11, 22, 10, 0, 5, tzinfo=UTC)
EUI = "70b3d57ed0000001"
FRAME = bytes.fromhex("01755c03824408040001")
DATA = b64encode(FRAME).decode()
UUID = "5b1f6f7e-0f0e-4a0c-9d0a-2f6a54b0c111"

TTS_TOPIC = "v3/bins@rivermouth/devices/bin-7/up"
CHIRPSTACK_TOPIC = f"application/ca739e26/device/{EUI}/event/up"
LORIOT_TOPIC = "loriot/BE7A0029/uplink"
DIRECT_TOPIC = "streets/v1/rivermouth/bin-7/up"
BUMP_TOPIC = "streets/v1/rivermouth/phone/4f2a9c/bump"
BUMP = {"lat": 54.97, "lon": -1.61, "hour_start": "2026-11-22T10:00:00Z", "severity_g": 0.8}


def tts(**changes: Any) -> dict[str, Any]:
    """A message of The Things Stack; `changes` to its uplink_message, None leaves a field out."""
    heard = [{"time": "2026-11-22T10:00:01Z"}, {"time": "2026-11-22T10:00:02Z", "gateway_ids": {"gateway_id": "packetbroker"}}]
    frame: dict[str, Any] = {"session_key_id": "AYfq", "f_port": 85, "f_cnt": 12, "frm_payload": DATA, "rx_metadata": heard}
    frame["received_at"] = "2026-11-22T10:00:03.123456789Z"
    return {
        "end_device_ids": {
            "device_id": "bin-7",
            "application_ids": {"application_id": "bins"},
            "dev_eui": EUI.upper(),
            "dev_addr": "260B1234",
        },
        "received_at": "2026-11-22T10:00:04Z",
        "uplink_message": without_none(frame | changes),
    }


def chirpstack(**changes: Any) -> dict[str, Any]:
    frame = {"deduplicationId": UUID, "time": "2026-11-22T10:00:03.775023242+00:00", "deviceInfo": {"devEui": EUI}}
    frame |= {"devAddr": "00189440", "fCnt": 12, "fPort": 85, "data": DATA, "rxInfo": [{"time": "2026-11-22T10:00:01Z"}]}
    return without_none(frame | changes)


def loriot(**changes: Any) -> dict[str, Any]:
    # 1,795,341,603,936 ms is 2026-11-22 10:00:03.936 UTC.
    frame = {"cmd": "rx", "EUI": EUI.upper(), "ts": 1_795_341_603_936, "fcnt": 12, "port": 85, "data": FRAME.hex().upper()}
    return without_none(frame | changes)


def direct(**changes: Any) -> dict[str, Any]:
    frame = {"model": "direct-bin", "observed_at": "2026-11-22T10:00:00Z", "seq": 12, "reading": {"distance_mm": 640}}
    return without_none(frame | changes)


def without_none(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def unwrapped(topic: str, message: dict[str, Any] | bytes, received_at: datetime = NOW) -> Uplink:
    raw = message if isinstance(message, bytes) else json.dumps(message).encode()
    (uplink,) = unwrap(topic, raw, received_at)
    return uplink


def identity(uplink: Uplink) -> tuple[Any, ...]:
    return uplink.source, uplink.kind, uplink.device, uplink.session, uplink.f_cnt, uplink.payload


def reason(topic: str, message: dict[str, Any] | bytes) -> str:
    with pytest.raises(EnvelopeError) as refusal:
        unwrapped(topic, message)
    assert str(refusal.value).endswith((".", "!"))
    return refusal.value.reason


def test_a_things_stack_message_is_one_uplink_however_many_gateways_heard_it() -> None:
    uplink = unwrapped(TTS_TOPIC, tts())
    assert identity(uplink) == ("tts", "up", EUI, "AYfq", 12, FRAME)
    assert uplink.f_port == 85


def test_nanoseconds_are_cut_to_microseconds() -> None:
    assert unwrapped(TTS_TOPIC, tts()).observed_at == datetime(2026, 11, 22, 10, 0, 3, 123456, UTC)
    assert unwrapped(CHIRPSTACK_TOPIC, chirpstack()).observed_at == datetime(2026, 11, 22, 10, 0, 3, 775023, UTC)


def test_a_frame_counter_that_was_left_out_is_0() -> None:
    assert unwrapped(TTS_TOPIC, tts(f_cnt=None)).f_cnt == 0
    assert unwrapped(CHIRPSTACK_TOPIC, chirpstack(fCnt=None)).f_cnt == 0
    assert unwrapped(LORIOT_TOPIC, loriot(fcnt=None)).f_cnt == 0


def test_a_session_without_a_key_is_known_by_the_device_address() -> None:
    assert unwrapped(TTS_TOPIC, tts(session_key_id=None)).session == "260b1234"


def test_a_simulated_message_is_noted() -> None:
    assert unwrapped(TTS_TOPIC, tts() | {"simulated": True}).note == "simulated"
    assert unwrapped(TTS_TOPIC, tts()).note is None


def test_a_frame_without_a_port_holds_nothing_of_the_device() -> None:
    assert unwrapped(TTS_TOPIC, tts(f_port=None, frm_payload=None)).kind == "mac"
    assert unwrapped(CHIRPSTACK_TOPIC, chirpstack(fPort=None, data=None)).kind == "mac"


def test_the_time_of_highest_authority_wins_and_says_whose_it_is() -> None:
    def told(message: dict[str, Any]) -> tuple[datetime, str]:
        uplink = unwrapped(TTS_TOPIC, message)
        return uplink.observed_at, uplink.time_source

    unset = "0001-01-01T00:00:00Z"
    assert told(tts()) == (datetime(2026, 11, 22, 10, 0, 3, 123456, UTC), "network")
    assert told(tts(received_at=unset)) == (datetime(2026, 11, 22, 10, 0, 4, tzinfo=UTC), "network")
    bare = tts(received_at=unset) | {"received_at": unset}
    assert told(bare) == (datetime(2026, 11, 22, 10, 0, 1, tzinfo=UTC), "gateway")
    hours_off = [{"time": "2026-11-22T08:00:00Z"}]
    assert told(tts(received_at=None, rx_metadata=hours_off) | {"received_at": unset}) == (NOW, "received")
    assert told(tts(received_at=None, rx_metadata=None) | {"received_at": unset}) == (NOW, "received")


def test_a_join_begins_a_new_session_and_holds_no_payload() -> None:
    message = {"end_device_ids": tts()["end_device_ids"], "join_accept": {"session_key_id": "AWiZ"}}
    uplink = unwrapped("v3/bins@rivermouth/devices/bin-7/join", message)
    assert identity(uplink) == ("tts", "join", EUI, "AWiZ", 0, b"")


@pytest.mark.parametrize("event", ["join", "status", "ack", "txack", "log", "location", "integration"])
def test_chirpstack_events_are_kept_apart_from_frames(event: str) -> None:
    topic = CHIRPSTACK_TOPIC.removesuffix("up") + event
    first, again = (unwrapped(topic, chirpstack(data=None, margin=10)) for _ in range(2))
    other = unwrapped(topic, chirpstack(data=None, margin=11))
    assert (first.kind, first.payload, first.f_port) == (event, b"", None)
    assert identity(first) == identity(again) != identity(other)


def test_a_late_copy_with_a_new_deduplication_id_is_the_same_frame() -> None:
    copies = [chirpstack(deduplicationId=f"{n}b1f6f7e-0f0e-4a0c-9d0a-2f6a54b0c111") for n in (1, 2)]
    first, second = (unwrapped(CHIRPSTACK_TOPIC, copy) for copy in copies)
    assert identity(first) == identity(second) == ("chirpstack", "up", EUI, "00189440", 12, FRAME)


def test_chirpstack_3_speaks_on_the_same_topic() -> None:
    raw_eui = b64encode(bytes.fromhex(EUI)).decode()
    for dev_eui in (EUI, raw_eui):
        message = {"applicationID": "1", "devEUI": dev_eui, "devAddr": "00189440", "fCnt": 12, "fPort": 85, "data": DATA}
        uplink = unwrapped(CHIRPSTACK_TOPIC, message | {"objectJSON": "{}", "publishedAt": "2026-11-22T10:00:03Z"})
        assert identity(uplink) == ("chirpstack", "up", EUI, "00189440", 12, FRAME)
        assert uplink.time_source == "network"


def test_loriot_tells_a_frame_twice_and_it_is_one() -> None:
    heard = [{"gweui": "1020304080706050", "time": "2026-11-22T10:00:03.936Z"}]
    first, full = unwrapped(LORIOT_TOPIC, loriot()), unwrapped(LORIOT_TOPIC, loriot(cmd="gw", gws=heard))
    assert identity(first) == identity(full) == ("loriot", "up", EUI, "2026-11-22", 12, FRAME)
    assert first.observed_at == datetime(2026, 11, 22, 10, 0, 3, 936_000, UTC)


def test_loriot_frames_of_another_day_with_the_same_counter_are_other_frames() -> None:
    day_ms = 86_400_000
    assert identity(unwrapped(LORIOT_TOPIC, loriot())) != identity(unwrapped(LORIOT_TOPIC, loriot(ts=loriot()["ts"] + day_ms)))


def test_a_direct_device_is_named_by_its_topic_and_dated_by_its_own_clock() -> None:
    uplink = unwrapped(DIRECT_TOPIC, direct())
    assert identity(uplink) == ("direct", "up", "rivermouth/bin-7", "", 12, b'{"distance_mm": 640}')
    assert (uplink.council, uplink.model, uplink.time_source) == ("rivermouth", "direct-bin", "device")
    assert uplink.observed_at == datetime(2026, 11, 22, 10, tzinfo=UTC)


def test_a_direct_device_may_send_its_bytes() -> None:
    uplink = unwrapped(DIRECT_TOPIC, direct(model="em310-udl", reading=None, port=85, payload=DATA))
    assert (uplink.payload, uplink.f_port) == (FRAME, 85)


@pytest.mark.parametrize(
    ("topic", "message"),
    [
        (DIRECT_TOPIC, direct(device="bin-8")),
        (DIRECT_TOPIC, direct(council="elsewhere")),
        (TTS_TOPIC.replace("bin-7", "bin-8"), tts()),
        (TTS_TOPIC.replace("bins@", "lamps@"), tts()),
        (CHIRPSTACK_TOPIC.replace(EUI, "70b3d57ed0000002"), chirpstack()),
    ],
)
def test_nobody_writes_as_another_device_than_the_topic_names(topic: str, message: dict[str, Any]) -> None:
    assert reason(topic, message) == "topic_mismatch"


def test_a_phone_is_known_by_its_token_and_the_event_by_its_id() -> None:
    uplink = unwrapped(BUMP_TOPIC, BUMP | {"id": UUID})
    assert (uplink.source, uplink.kind, uplink.device) == ("phone", "bump", "rivermouth/phone/4f2a9c")
    assert (uplink.council, uplink.session, uplink.model) == ("rivermouth", UUID, "phone-bump")
    assert json.loads(uplink.payload) == BUMP
    assert (uplink.observed_at, uplink.time_source) == (NOW, "received")


def test_a_phone_may_send_without_an_id() -> None:
    assert unwrapped(BUMP_TOPIC, BUMP).session == ""
    assert reason(BUMP_TOPIC, BUMP | {"id": "1"}) == "bad_json"


@pytest.mark.parametrize(
    ("word", "topic", "message"),
    [
        ("bad_json", TTS_TOPIC, b"\xff\xfe"),
        ("bad_json", TTS_TOPIC, b""),
        ("bad_json", TTS_TOPIC, b"[]"),
        ("bad_json", TTS_TOPIC, b'{"end_device_ids": {}, "x": ' + b"[" * 100_000),
        ("bad_json", TTS_TOPIC, tts(f_cnt=-1)),
        ("bad_json", TTS_TOPIC, tts(f_cnt="12")),
        ("bad_json", CHIRPSTACK_TOPIC, chirpstack(fPort=256)),
        ("bad_json", LORIOT_TOPIC, loriot(cmd=None)),
        ("bad_json", LORIOT_TOPIC, loriot(ts=10**18)),
        ("bad_json", DIRECT_TOPIC, direct(seq=None)),
        ("bad_json", DIRECT_TOPIC, direct(colour="red")),
        ("bad_device", TTS_TOPIC, {"end_device_ids": {"device_id": "bin-7"}, "uplink_message": {}}),
        ("bad_device", CHIRPSTACK_TOPIC, chirpstack(deviceInfo={})),
        ("bad_device", CHIRPSTACK_TOPIC, chirpstack(deviceInfo={"devEui": "70b3d57e"})),
        ("bad_device", LORIOT_TOPIC, loriot(EUI=None)),
        ("wrong_event", TTS_TOPIC, {"end_device_ids": tts()["end_device_ids"], "join_accept": {}}),
        ("bad_payload", TTS_TOPIC, tts(frm_payload="AXVc*")),
        ("bad_payload", CHIRPSTACK_TOPIC, chirpstack(data="AXVcA")),
        ("bad_payload", LORIOT_TOPIC, loriot(data="01755")),
        ("bad_payload", DIRECT_TOPIC, direct(reading=None)),
        ("bad_payload", DIRECT_TOPIC, direct(payload=DATA)),
        ("bad_time", TTS_TOPIC, tts(received_at="yesterday")),
        ("bad_time", TTS_TOPIC, tts(received_at="2026-11-22T10:00:03")),
        ("bad_time", TTS_TOPIC, tts(received_at="9999-12-31T23:59:59-14:00")),
        ("bad_time", DIRECT_TOPIC, direct(observed_at="0001-01-01T00:00:00Z")),
        ("too_large", TTS_TOPIC, b" " * (LARGEST_BYTES + 1)),
        ("unknown_topic", "weather/rivermouth/today", b"{}"),
        ("unknown_topic", CHIRPSTACK_TOPIC.removesuffix("up") + "party", chirpstack()),
        ("unknown_topic", BUMP_TOPIC.removesuffix("bump") + "trace", BUMP),
        ("bad_topic", "v3/bins@rivermouth/devices/+/up", tts()),
        ("bad_topic", "v3/bins@rivermouth/devices/#", tts()),
        ("bad_topic", "v3/bins@rivermouth/devices//up", tts()),
        ("bad_topic", "v3/bins@rivermouth/devices/bin\x007/up", tts()),
        ("bad_topic", f"v3/bins@rivermouth/devices/{'b' * 129}/up", tts()),
        ("bad_topic", "streets/v1/Rivermouth/bin-7/up", direct()),
        ("bad_topic", "streets/v1/rivermouth/bin 7/up", direct()),
        ("bad_topic", "streets/v1/rivermouth/phone/a b/bump", BUMP),
        ("bad_topic", "", b""),
    ],
)
def test_what_cannot_be_unwrapped_is_refused_by_a_word_to_count_by(word: str, topic: str, message: Any) -> None:
    assert reason(topic, message) == word


def test_a_device_that_is_not_named_at_all_is_said_to_be_missing_and_not_to_have_such_a_name() -> None:
    with pytest.raises(EnvelopeError, match=r"^The message has no devEui\.$"):
        identifier(None, 8, "devEui")
    with pytest.raises(EnvelopeError, match="The message's devEui is 'missing', not 8 bytes"):
        identifier("missing", 8, "devEui")


SEGMENTS = ["v3", "bins@rivermouth", "devices", "bin-7", "up", "join", "application", "1", "device", EUI, "event", "status"]
SEGMENTS += ["loriot", "uplink", "streets", "v1", "rivermouth", "phone", "4f2a9c", "bump", "coverage"]
TOPICS = st.sampled_from([TTS_TOPIC, CHIRPSTACK_TOPIC, LORIOT_TOPIC, DIRECT_TOPIC, BUMP_TOPIC]) | st.text(max_size=60)
TOPICS |= st.lists(st.sampled_from(SEGMENTS), max_size=8).map("/".join)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=20)
    | st.sampled_from([DATA, EUI, UUID]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["dev_eui", "time", "received_at"]), inner),
    max_leaves=6,
)


@given(topic=TOPICS, message=st.binary(max_size=200))
def test_any_bytes_on_any_topic_give_uplinks_or_a_refusal(topic: str, message: bytes) -> None:
    given_back(topic, message)


@given(data=st.data(), frame=st.sampled_from([tts(), chirpstack(), loriot(), direct(), BUMP | {"id": UUID}]), topic=TOPICS)
def test_any_value_in_any_field_gives_uplinks_or_a_refusal(data: st.DataObject, frame: dict[str, Any], topic: str) -> None:
    inner = frame.get("uplink_message", frame)
    changed = inner | data.draw(st.dictionaries(st.sampled_from(sorted(inner)), VALUES, min_size=1, max_size=3))
    given_back(topic, json.dumps(frame | {"uplink_message": changed} if inner is not frame else changed).encode())


def given_back(topic: str, message: bytes) -> None:
    """Fails on any exception but EnvelopeError, and on a time without zone."""
    try:
        uplinks = unwrap(topic, message, NOW)
    except EnvelopeError:
        return
    assert all(uplink.observed_at.utcoffset() == timedelta(0) and len(uplink.device) >= 3 for uplink in uplinks)


@pytest.mark.shared_data
class TestRecordedMessages:
    """The messages as the networks published them."""

    FOLDER = SHARED_DATA / "uplinks" / "envelopes"

    def read(self, name: str, topic: str) -> Uplink:
        return unwrapped(topic, (self.FOLDER / f"{name}.json").read_bytes())

    def tts(self, name: str, application: str, device: str, event: str = "up") -> Uplink:
        return self.read(name, f"v3/{application}@ttn/devices/{device}/{event}")

    def chirpstack(self, name: str, dev_eui: str = "0101010101010101") -> Uplink:
        return self.read(name, f"application/1/device/{dev_eui}/event/{name.split('_')[2]}")

    def test_one_gateway(self) -> None:
        uplink = self.tts("tts_v3_up_single_gateway__EM310-UDL", "application-tts-name", "eui-1000000000000001")
        assert identity(uplink) == ("tts", "up", "1000000000000001", "AYfqmb0pc/1uRZv9xUydgQ==", 10335, FRAME)
        assert uplink.observed_at == datetime(2023, 5, 19, 5, 33, 35, 641841, UTC)

    def test_two_copies_of_one_frame_count_once(self) -> None:
        uplink = self.tts("tts_v3_up_two_copies_packetbroker__EM400-UDL", "application-tti-name", "eui-1000000000000001")
        assert (uplink.session, uplink.f_cnt, uplink.f_port) == ("AYfg8rhha5n+FWx0ZaAprA==", 5017, 85)

    def test_no_counter_and_no_time_of_the_network(self) -> None:
        uplink = self.tts("tts_v3_up_no_f_cnt__docs", "app1", "dev1")
        assert (uplink.f_cnt, uplink.f_port, uplink.payload) == (0, 15, b"Temperature = 0.0")
        assert (uplink.observed_at, uplink.time_source) == (NOW, "received")

    def test_the_join_names_the_session_of_the_frames_after_it(self) -> None:
        join = self.tts("tts_v3_join_accept__docs", "app1", "dev1", "join")
        assert join.session == self.tts("tts_v3_up_no_f_cnt__docs", "app1", "dev1").session

    def test_chirpstack_frames_and_events(self) -> None:
        assert self.chirpstack("chirpstack_v4_up__docs").f_cnt == 0
        for event in ("join", "status", "log", "ack"):
            assert self.chirpstack(f"chirpstack_v4_{event}__docs").kind == event

    def test_two_frames_that_share_a_deduplication_id_are_two(self) -> None:
        first = self.chirpstack("chirpstack_v4_up__EM400-TLD", "1000000000000001")
        alarm = json.loads((SHARED_DATA / "uplinks" / "Milesight_EM400-TLD_ChirpStack_payload.json").read_text())["payload"]
        second = unwrapped("application/1/device/1000000000000001/event/up", alarm)
        assert (first.session, first.f_cnt) == (second.session, second.f_cnt)
        assert identity(first) != identity(second)

    def test_loriot_by_one_gateway_and_by_all(self) -> None:
        rx, gw = self.read("loriot_rx__EM310-UDL", LORIOT_TOPIC), self.read("loriot_gw_two_gateways__EM310-UDL", LORIOT_TOPIC)
        assert (rx.device, rx.session, rx.f_cnt, rx.payload) == ("1000000000000001", "2023-05-19", 2, FRAME)
        assert (gw.device, gw.session, gw.f_cnt, gw.payload) == ("0102030405060708", "2023-08-01", 3, FRAME)
