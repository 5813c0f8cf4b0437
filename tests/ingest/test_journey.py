"""What becomes of a message: a reading at its place, or a row that says why not."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ingest.journey import process
from ingest.outcome import Kept, Message, Refused
from ingest.registry import Registry
from streets.store.readings import CountRow, LevelRow
from tests.ingest.arrivals import BIN_EUI, INSTALLED, NOON, bump, count, coverage, level, registered, registry, tts

VS350 = "24e124790e000001"
# A VS350's live report of 1 in, 2 out, and a stored record of 5 in, 7 out of the period that ended 2024-10-19T17:38:08Z
# (constructed after the maker's description, facts of the device; the same bytes as in sensors/devices/vs350.vectors.json).
LIVE_AND_STORED = bytes.fromhex("05cc0100020020ce80ee13670005000700")
STORED_AT = datetime(2024, 10, 19, 17, 38, 8, tzinfo=UTC)


def kept(message: Message, known: Registry | None = None) -> Kept:
    (outcome,) = process(message, known or registry())
    assert isinstance(outcome, Kept), outcome
    return outcome


def refused(message: Message, known: Registry | None = None) -> Refused:
    (outcome,) = process(message, known or registry())
    assert isinstance(outcome, Refused), outcome
    return outcome


def test_a_level_is_kept_with_the_networks_time() -> None:
    frame = kept(level(800, f_cnt=7))
    (reading,) = frame.readings
    assert isinstance(reading, LevelRow)
    assert (reading.device_id, reading.observed_at, reading.distance_mm, reading.battery_pct) == (1, NOON, 800, 100)
    assert (frame.uplink.f_cnt, frame.uplink.f_port, frame.uplink.readings, frame.uplink.time_source) == (7, 85, 1, "network")


def test_a_period_count_starts_one_period_before_it_was_told() -> None:
    (reading,) = kept(count(5, 3)).readings
    assert isinstance(reading, CountRow)
    assert (reading.period_start, reading.observed_at, reading.period_s) == (NOON - timedelta(minutes=5), NOON, 300)


def test_the_readings_own_period_goes_before_the_installations() -> None:
    (reading,) = kept(count(5, 3, period_s=900)).readings
    assert isinstance(reading, CountRow)
    assert (reading.period_start, reading.period_s) == (NOON - timedelta(minutes=15), 900)


def test_a_count_whose_period_nobody_knows_is_kept_without_one() -> None:
    known = registry(registered("rivermouth/gate-1", "direct-counter", 2, max_range_mm=None, period_s=None))
    (reading,) = kept(count(5, 3), known).readings
    assert isinstance(reading, CountRow)
    assert (reading.period_start, reading.period_s, reading.people_in) == (NOON, None, 5)


def test_running_totals_have_no_period() -> None:
    (reading,) = kept(count(None, None, total_in=500, total_out=400, total_bits=16)).readings
    assert isinstance(reading, CountRow)
    assert (reading.period_start, reading.period_s, reading.people_in, reading.total_in) == (NOON, None, None, 500)


def test_counts_told_again_from_memory_are_the_same_reading() -> None:
    known = registry(registered(VS350, "vs350", 3, max_range_mm=None, period_s=600))
    live = kept(tts(bytes.fromhex("01756405cc050007000aef80ee1367"), 1, STORED_AT, VS350), known).readings[0]
    stored = kept(tts(LIVE_AND_STORED, 9, NOON, VS350), known).readings[1]
    assert isinstance(live, CountRow)
    assert isinstance(stored, CountRow)
    assert (live.battery_pct, stored.battery_pct) == (100, None)
    assert live[:4] == stored[:4]
    assert (live.time_source, stored.time_source) == ("device", "device")


@pytest.mark.parametrize(
    ("reason", "known", "at"),
    [
        ("time_in_future", registered(VS350, "vs350", 3, period_s=600), STORED_AT - timedelta(days=30)),
        ("time_before_installation", registered(VS350, "vs350", 3, period_s=600, valid_from=NOON - timedelta(days=1)), NOON),
    ],
)
def test_a_wrong_clock_in_a_stored_record_leaves_the_live_report(reason: str, known: object, at: datetime) -> None:
    frame = kept(tts(LIVE_AND_STORED, 9, at, VS350), registry(known))  # type: ignore[arg-type]
    (reading,) = frame.readings
    assert isinstance(reading, CountRow)
    assert (reading.people_in, reading.people_out) == (1, 2)
    assert frame.uplink.note == reason
    assert frame.part is not None
    assert frame.part.reject.reason == reason


def broken(message: Message, **changes: object) -> Message:
    """The message with other values in its JSON."""
    return replace(message, body=json.dumps(json.loads(message.body) | changes).encode())


def early(message: Message) -> Message:
    """The message as if it had come more than five minutes before the time that it tells."""
    return replace(message, received_at=NOON - timedelta(days=8))


@pytest.mark.parametrize(
    ("reason", "message"),
    [
        ("bad_json", replace(level(), body=b"\x00\x01garbage\xff")),
        ("bad_json", replace(level(), body=b'{"end_device_ids": 7}')),
        ("bad_json", replace(count(), body=b"[" * 100_000)),
        ("too_large", replace(count(), body=b" " * 1_000_000)),
        ("unknown_topic", replace(count(), topic="streets/v1/rivermouth/gate-1/sideways")),
        ("bad_topic", replace(count(), topic="streets/v1//gate-1/up")),
        ("unknown_device", level(device="24e1240000000000")),
        ("unknown_port", level(port=7)),
        ("unknown_council", bump(council="atlantis")),
        ("wrong_model", broken(count(), model="direct-bin")),
        ("wrong_model", broken(count(), model="abacus-1")),
        ("undecodable", tts(b"\x09\xb8\x00", 1, NOON)),
        ("undecodable", tts(b"", 1, NOON)),
        ("undecodable", broken(count(), reading={"people_in": -1})),
        ("undecodable", broken(count(), reading={"people_in": 10**30})),
        ("bad_json", bump(severity_g=float("nan"))),
        ("undecodable", bump(severity_g=400)),
        ("bad_time", broken(count(), observed_at="0001-01-01T00:00:00Z")),
        ("bad_time", broken(count(), observed_at="yesterday")),
        ("time_in_future", early(level())),
        ("time_in_future", early(count())),
        ("time_in_future", early(bump())),
        ("time_in_future", early(coverage())),
        ("time_before_installation", level(at=INSTALLED - timedelta(days=1))),
        ("impossible_value", level(9_001)),  # more than twice the 4,500 mm that this sensor reaches
        ("impossible_value", count(8_401)),  # more than 28 people a second for five minutes
        ("impossible_value", broken(count(), seq=2**40)),
    ],
)
def test_bad_input_is_refused_with_its_reason(reason: str, message: Message) -> None:
    outcome = refused(message)
    assert outcome.reject.reason == reason
    assert outcome.reject.detail
    assert outcome.message.body == message.body


def test_a_device_says_only_what_its_council_registered_it_for() -> None:
    known = registry(registered("rivermouth/gate-1", "direct-counter", 2, council="otherton"))
    assert refused(count(), known).reject.reason == "wrong_council"


def test_a_device_that_stands_nowhere_is_refused_until_it_is_installed() -> None:
    nowhere = registry(registered(valid_from=None))
    gone = registry(registered(valid_to=NOON - timedelta(days=1)))
    assert refused(level(), nowhere).reject.reason == "not_installed"
    assert refused(level(), gone).reject.reason == "not_installed"


def test_a_model_without_a_decoder_is_refused() -> None:
    assert refused(level(), registry(registered(model="em999"))).reject.reason == "unknown_model"


def test_an_unset_network_time_is_replaced_by_the_time_of_receipt() -> None:
    message = level()
    body = message.body.replace(NOON.isoformat().encode(), b"0001-01-01T00:00:00Z")
    frame = kept(replace(message, body=body))
    assert (frame.uplink.observed_at, frame.uplink.time_source) == (message.received_at, "received")


def test_a_refused_frame_still_tells_its_counter() -> None:
    outcome = refused(level(f_cnt=41, port=7))
    assert (outcome.source, outcome.device, outcome.session, outcome.f_cnt) == ("tts", BIN_EUI, "AYfg8Ta3", 41)


def test_a_phones_frame_does_not_tell_which_phone_or_minute() -> None:
    frame = kept(bump(reporter="phone-a", at=NOON))
    assert (frame.uplink.device, frame.uplink.received_at) == ("rivermouth/phone", NOON)
    assert b"phone-a" not in frame.uplink.payload


def test_copies_of_a_frame_have_one_key_and_other_frames_another() -> None:
    def key(message: Message) -> object:
        uplink = kept(message).uplink
        return uplink[:5], uplink.payload

    copy = replace(
        level(), body=level().body.replace(b"2026-11-02T12:00", b"2026-11-02T12:01"), received_at=NOON + timedelta(hours=2)
    )
    others = [level(f_cnt=2), level(801), level(session="BYfg8Ta3"), count(), count(at=NOON - timedelta(minutes=5))]
    assert key(copy) == key(level())
    assert len({key(message) for message in [level(), *others]}) == 1 + len(others)


@given(topic=st.text(max_size=60), body=st.binary(max_size=200))
def test_no_message_is_beyond_the_journey(topic: str, body: bytes) -> None:
    (outcome,) = process(Message(topic, body, NOON), registry())
    assert isinstance(outcome, Refused)
    assert outcome.reject.reason != "our_fault"


@given(payload=st.binary(max_size=60), port=st.integers(1, 255))
def test_no_payload_is_beyond_the_journey(payload: bytes, port: int) -> None:
    for outcome in process(tts(payload, 1, NOON, port=port), registry()):
        assert isinstance(outcome, Kept) or outcome.reject.reason in ("undecodable", "unknown_port", "impossible_value")
