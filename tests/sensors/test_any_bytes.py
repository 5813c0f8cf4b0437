"""Whatever comes, a decoder reads it or refuses it in words; what was whole before a cut is not lost."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensors import devices
from sensors.codec import decode, models
from sensors.readings import Decoded, DecodeError, Reading

SPOKEN = ("direct-bin", "direct-counter", "phone-bump", "phone-coverage", "telraam-segment", "vivacity-countline", "xovis")
LORAWAN = tuple(model for model in models() if model not in SPOKEN)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(
    ["distance_mm", "cannot_measure", "alarms", "line", "people_in", "total_in", "total_bits", "fault"]
    + ["from", "to", "date", "uptime", "night", "pedestrian", "pedestrian_lft", "clockwise", "anti_clockwise"]
    + ["lat", "lon", "hour_start", "week_start", "severity_g", "street", "passes", "speed_band", "quality"]
)
WORDS = st.sampled_from(
    ["no_echo", "stuck", "2026-11-16T00:00:00Z", "9999-12-31T23:00:00-14:00", "0001-01-01T00:00:00+14:00", 16, 3, 0.5]
)

MONSTERS = [b"[" * 100_000, b'{"a":' * 100_000, b'{"line": 1' + b"0" * 5000 + b"}", b'"\\ud800"', b"\xff\xfe"]

u8, u16, u32 = (st.binary(min_size=width, max_size=width) for width in (1, 2, 4))


def frames(model: str) -> list[dict[str, Any]]:
    """The vectors of a model that it reads."""
    vectors = json.loads((Path(devices.__path__[0]) / f"{model.replace('-', '_')}.vectors.json").read_text())
    return [vector for vector in vectors if vector.get("readings")]


def tlv(pair: str, *parts: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    return st.tuples(st.just(bytes.fromhex(pair)), *parts).map(b"".join)


battery = tlv("0175", st.integers(0, 100).map(lambda pct: bytes([pct])))
status = st.sampled_from([b"\x00", b"\x01"])
ATTRIBUTE = tlv("FF0A", u16) | tlv("FF0B", u8) | tlv("FF16", st.binary(min_size=8, max_size=8))
FIELDS = {
    "em310-udl": [battery, tlv("0382", u16), tlv("0400", status), tlv("8382", u16, status), ATTRIBUTE],
    "em400-mud": [battery, tlv("0367", u16), tlv("0482", u16), tlv("0500", status), tlv("8367", u16, status), ATTRIBUTE],
    "em410-rdl": [battery, tlv("0482", u16), tlv("06C7", u16), tlv("20CE", u32, u32, u16, u8)],
    "em500-udl": [battery, tlv("0382", u16), tlv("20CE", u32, u16), ATTRIBUTE],
    "cayenne-lpp": [tlv("0182", u32), tlv("0267", u16), tlv("0366", u8), tlv("0488", u8, u32, u32)],
    "vs133": [tlv("03D2", u32), tlv("07D2", u32), tlv("0BCC", u16, u16), tlv("0FE3", u32), ATTRIBUTE],
    "vs350": [battery, tlv("04CC", u16, u16), tlv("85CC", u16, u16, status), tlv("20CE", u32, st.just(b"\x00"), u16, u16)]
    + [tlv("20CE", u32, st.just(b"\x01"), u32, u32)],
}


def read(model: str, payload: bytes, port: int | None) -> Decoded:
    """What was read; nothing where the decoder refused in a sentence. Any other exception fails the test."""
    try:
        decoded = decode(model, payload, port)
    except DecodeError as refusal:
        assert str(refusal).endswith(".")
        return Decoded(())
    return decoded


@pytest.mark.parametrize("model", list(models()))
@given(payload=st.binary(max_size=300), port=st.sampled_from([85, 2, None, 0, 255]))
def test_no_bytes_break_a_decoder(model: str, payload: bytes, port: int | None) -> None:
    read(model, payload, port)


@pytest.mark.parametrize("model", LORAWAN)
@settings(max_examples=40)
@given(data=st.data())
def test_no_frame_of_pieces_of_its_vectors_breaks_a_decoder(model: str, data: st.DataObject) -> None:
    # Whole frames cut, joined and with bytes turned reach further into a decoder than bytes at random do.
    vectors = frames(model)
    wholes = [bytes.fromhex(vector["payload"]) for vector in vectors]
    pieces = st.sampled_from(wholes).flatmap(lambda whole: st.integers(0, len(whole)).map(lambda at: whole[:at]))
    payload = b"".join(data.draw(st.lists(st.sampled_from(wholes) | pieces | st.binary(max_size=3), max_size=4)))
    read(model, payload, data.draw(st.sampled_from([vector["port"] for vector in vectors])))


@pytest.mark.parametrize("model", SPOKEN)
@given(reading=st.dictionaries(NAMES, JSON | WORDS, max_size=6))
def test_no_json_breaks_a_decoder(model: str, reading: dict[str, Any]) -> None:
    read(model, json.dumps(reading).encode(), None)


@pytest.mark.parametrize("model", SPOKEN)
@pytest.mark.parametrize(
    "payload", [b"[" * 100_000, b'{"a":' * 100_000, b'{"line": 1' + b"0" * 5000 + b"}", b'"\\ud800"', b"\xff\xfe"]
)
def test_monstrous_json_is_refused_in_words(model: str, payload: bytes) -> None:
    with pytest.raises(DecodeError):
        decode(model, payload, None)


@pytest.mark.parametrize("model", list(FIELDS))
@given(data=st.data())
def test_a_cut_frame_keeps_what_came_before_the_cut(model: str, data: st.DataObject) -> None:
    # A quantity said twice is refused the second time, which is no matter of the cut.
    chosen = data.draw(st.lists(st.sampled_from(FIELDS[model]), unique=True, min_size=1))
    parts = [data.draw(field) for field in chosen]
    whole = decode(model, b"".join(parts), 85)
    assert "ends within" not in (whole.refused or "")
    kept = data.draw(st.integers(0, len(parts) - 1))
    cut = data.draw(st.integers(1, len(parts[kept]) - 1))
    before = read(model, b"".join(parts[:kept]), 85)
    shortened = read(model, b"".join(parts[:kept]) + parts[kept][:cut], 85)
    assert shortened.readings == before.readings
    for reading in shortened.readings:
        assert any(is_part_of(reading, full) for full in whole.readings)


# The first 4 bytes of an LDDS75's frame are a whole one too: that of a device without its probe.
@pytest.mark.parametrize("model", [model for model in LORAWAN if model != "ldds75"])
def test_no_cut_of_a_whole_frame_says_what_the_whole_does_not(model: str) -> None:
    frame = frames(model)[0]
    payload = bytes.fromhex(frame["payload"])
    whole = decode(model, payload, frame["port"]).readings
    for length in range(len(payload)):
        for reading in read(model, payload[:length], frame["port"]).readings:
            assert any(is_part_of(reading, full) for full in whole), length


@pytest.mark.parametrize("model", [model for model in LORAWAN if model.startswith(("ldds", "dds", "lds"))])
@given(log=st.binary(min_size=11, max_size=60))
def test_a_cut_log_keeps_its_whole_records(model: str, log: bytes) -> None:
    records = [log[at : at + 11] for at in range(0, len(log) - 10, 11)]
    found = decode(model, log, 3)
    assert found.readings == sum((decode(model, record, 3).readings for record in records), ())
    assert (found.refused is None) == (len(log) % 11 == 0)


def is_part_of(reading: Reading, full: Reading) -> bool:
    """Whether all that one reading says, the other says too."""
    if type(reading) is not type(full):
        return False
    said = list(zip(reading, full, strict=True))
    return all(one is None or one == other or (isinstance(one, tuple) and set(one) <= set(other)) for one, other in said)
