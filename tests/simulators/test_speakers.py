"""Every supported model can be spoken as, and what is said is what its decoder hears."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spoken import frames

from sensors import codec, devices
from sensors.readings import CANNOT_MEASURE, COUNT_FAULTS, CountReading, Decoded, DecodeError, LevelReading, Reading
from simulators.encoders import speaker, speakers
from simulators.encoders.speech import Form

FORMS = [
    pytest.param(model, form, id=f"{model}: {name}")
    for model, each in speakers().items()
    for name, form in (("live", each.live), ("stored", each.stored), ("state", each.state))
    if form is not None
]
MAKERS_BYTES = [param for param in FORMS if param.values[1].port is not None]
HOLD_MORE = {
    # Published frames with fields, framings or an order that readings do not tell of.
    "cayenne-lpp: two temperatures: channel 3 says 27.2, channel 5 says 25.5": "two readings of one frame",
    "df702: a heartbeat with GPS": "a place",
    "imbuildings-people-counter: variant 6: periods, totals, battery": "an id, a status and a count of frames",
    "ldds04: four probes: 789, 790, 792 and 794 mm, in the middle 791": "four distances",
    "pcr2: Elsys' framing, in frost": "another framing",
    "vs132: attributes, totals and an empty period": "attributes",
    "vs350: a temperature alarm": "which temperature alarm it is",
    "vs350: the temperature alarm has ended": "an alarm that ended",
    "vs351: the temperature is below its threshold again": "an alarm that ended",
    "vs351: a high temperature": "which temperature alarm it is",
    "vs351: the high temperature has ended": "an alarm that ended",
    "vs360: events: the second half is silent, the beam misaligned": "three events",
}


def test_every_supported_model_is_spoken_as_and_no_other() -> None:
    assert speakers().keys() == codec.models().keys()


def test_a_speaker_says_all_that_its_decoder_measures() -> None:
    for model, each in speakers().items():
        said = each.live.says.keys() | (each.state.says.keys() if each.state else set())
        assert set(codec.models()[model].measures) <= said, model


def test_a_radar_has_no_bytes_for_two_temperatures_and_says_the_next() -> None:
    """FFFE and FFFF would be -0.2 and -0.1 degrees: they mean that it is switched off, and that it is broken."""
    each = speaker("em410-rdl")
    for form in (each.live, each.stored):
        assert form is not None
        assert [form.says["temperature_c"].nearest(said) for said in (-0.3, -0.2, -0.1, 0.0)] == [-0.3, 0.0, 0.0, 0.0]


@pytest.mark.parametrize(("model", "form"), FORMS)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_what_a_device_says_is_what_is_heard(model: str, form: Form, data: st.DataObject) -> None:
    said = data.draw(frames(speaker(model), form))
    heard = codec.decode(model, form.say(*said), form.port)
    assert (heard.readings, heard.refused) == (said, None)


@pytest.mark.parametrize(("model", "form"), MAKERS_BYTES)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_of_a_cut_frame_is_heard_what_was_said_before_the_cut_and_where_it_ends(
    model: str, form: Form, data: st.DataObject
) -> None:
    said = data.draw(frames(speaker(model), form))
    frame = form.say(*said)
    cut = data.draw(st.integers(1, len(frame) - 1))
    if model == "ldds75" and cut in (4, 5) and form.port == 2:
        return  # such frames are whole: those of old firmware
    if model == "lora-lm-xl" and (said[0].battery_mv is None or said[0].cannot_measure == "sensor_fault"):
        return  # its last byte takes back what stood before
    heard = read(model, frame[:cut], form.port)
    for part in heard.readings:
        assert any(is_part(part, whole) for whole in said)
    if heard.refused is None:  # the cut fell between two fields, and the rest is a frame too
        assert read(model, frame[cut:], form.port).refused is None


@pytest.mark.parametrize("model", list(speakers()))
def test_what_a_device_sends_when_it_begins_is_no_reading(model: str) -> None:
    for port, frame in speaker(model).begins:
        assert codec.decode(model, frame, port)[:2] == ((), None)


def published() -> list[Any]:
    """The vectors of published frames that say a reading."""
    found = []
    for model in speakers():
        path = Path(devices.__path__[0]) / f"{model.replace('-', '_')}.vectors.json"
        for vector in json.loads(path.read_text()):
            if vector["source"].startswith("published") and vector.get("readings") and "refused" not in vector:
                found.append(pytest.param(model, vector, id=f"{model}: {vector['name']}"))
    return found


@pytest.mark.parametrize(("model", "vector"), published())
def test_a_published_reading_is_said_in_the_published_bytes(model: str, vector: dict[str, Any]) -> None:
    said = [of_words(each) for each in vector["readings"]]
    stored = speaker(model).stored
    form = stored if stored is not None and said[0].observed_at is not None else speaker(model).live
    if f"{model}: {vector['name']}" in HOLD_MORE:
        assert tries_to_say(form, said) != bytes.fromhex(vector["payload"]), "it can be said: take it off HOLD_MORE"
        return
    assert form.say(*said) == bytes.fromhex(vector["payload"])


@given(data=st.data())
@settings(max_examples=25, deadline=None)
@pytest.mark.parametrize("model", list(speakers()))
def test_whatever_is_so_each_device_has_a_report_of_it(model: str, data: st.DataObject) -> None:
    each = speaker(model)
    if each.measures not in (LevelReading, CountReading):
        return
    truth = data.draw(level_truths if each.measures is LevelReading else count_truths)
    if isinstance(truth, LevelReading) and not each.can_say("cannot_measure", truth.cannot_measure):
        truth = truth._replace(cannot_measure=None, distance_mm=431)
    near = each.live.nearest(truth)
    assert each.live.nearest(near) == near
    assert codec.decode(model, each.report(truth), each.port).refused is None
    for name, value in near._asdict().items():
        if name in ("distance_mm", "temperature_c") and value is not None and within(each.live, truth, name):
            assert value == pytest.approx(getattr(truth, name), abs=10.001 if name == "distance_mm" else 0.501)


def test_what_a_device_cannot_say_is_refused_in_words() -> None:
    for model, reading, words in (
        ("em310-udl", LevelReading(temperature_c=3.0), "This device does not say temperature_c; it says battery_pct"),
        ("em310-udl", LevelReading(distance_mm=70_000), "Of distance_mm this device says 0 to 65532 in steps of 1, not 70000."),
        ("wilsen-sonic-level", LevelReading(distance_mm=431), "in steps of 10, not 431"),
        ("em310-udl", LevelReading(alarms=("fire",), distance_mm=431), "Of alarms this device says threshold"),
        ("r718pe", LevelReading(distance_mm=431), "says battery_mv, device_fill_pct too"),
        ("dl-mbx", LevelReading(cannot_measure="no_echo"), "says signal too"),
        ("em310-udl", LevelReading(distance_mm=431, cannot_measure="no_echo"), "cannot be said at once"),
        ("em310-udl", LevelReading(), "says nothing"),
        ("vs350", CountReading(line=2, people_in=1, people_out=1), "does not say line"),
    ):
        with pytest.raises(ValueError, match=words):
            speaker(model).say(reading)
    with pytest.raises(ValueError, match="Nothing speaks as 'em999'"):
        speaker("em999")


level_truths = st.builds(
    LevelReading,
    distance_mm=st.integers(0, 9_000),
    cannot_measure=st.none() | st.sampled_from(CANNOT_MEASURE),
    tilted=st.booleans(),
    tilt_deg=st.floats(0, 180),
    temperature_c=st.floats(-20, 100),
    battery_pct=st.floats(0, 100),
    battery_mv=st.integers(2_000, 4_000),
    signal=st.floats(0, 2_000),
    device_fill_pct=st.floats(0, 100),
    alarms=st.just(()) | st.just(("temperature", "fire", "tilt", "low_battery", "vandal")),
    observed_at=st.none(),
).map(lambda truth: truth._replace(distance_mm=None) if truth.cannot_measure else truth)
count_truths = st.builds(
    CountReading,
    people_in=st.integers(0, 5_000),
    people_out=st.integers(0, 5_000),
    total_in=st.integers(0, 10**10),
    total_out=st.integers(0, 10**10),
    total_bits=st.just(32),
    period_s=st.just(900),
    fault=st.none() | st.sampled_from(COUNT_FAULTS),
    temperature_c=st.floats(-20, 60),
    battery_pct=st.floats(0, 100),
    battery_mv=st.integers(2_000, 4_000),
    line=st.just(1),
    alarms=st.just(()),
    observed_at=st.just(datetime(2026, 11, 22, 10, 15, tzinfo=UTC)),
)


def within(form: Form, truth: Any, name: str) -> bool:
    """Whether the device's range holds what is so."""
    quantity: Any = form.says[name]
    value = getattr(truth, name)
    return value is not None and bool(quantity.least <= value <= quantity.most)


def read(model: str, frame: bytes, port: int | None) -> Decoded:
    """What was read; where nothing was, why."""
    try:
        return codec.decode(model, frame, port)
    except DecodeError as refusal:
        return Decoded((), str(refusal))


def is_part(part: Reading, whole: Reading) -> bool:
    """Whether all that one reading says, the other says too."""
    said = zip(part, whole, strict=True)
    return all(one is None or one == other or (isinstance(one, tuple) and set(one) <= set(other)) for one, other in said)


def of_words(said: dict[str, Any]) -> Any:
    """A reading from its words in a vector."""
    kind = {"level": LevelReading, "count": CountReading}[said["kind"]]
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in said.items() if name != "kind"}
    if "observed_at" in values:
        values["observed_at"] = datetime.fromisoformat(values["observed_at"]).astimezone(UTC)
    return kind(**values)


def tries_to_say(form: Form, said: list[Any]) -> bytes | None:
    """The frame, or None where the device cannot say it."""
    try:
        return form.say(*said)
    except ValueError:
        return None
