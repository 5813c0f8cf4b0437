"""A reading spoken in JSON is what was said, however it is written; and what was not said right is refused by its name."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensors.codec import decode
from sensors.readings import CANNOT_MEASURE, DecodeError, told

SAID = st.fixed_dictionaries(
    {},
    optional={
        "cannot_measure": st.sampled_from(CANNOT_MEASURE),
        "tilted": st.booleans(),
        "tilt_deg": st.floats(0, 180),
        "temperature_c": st.floats(-60, 150),
        "battery_pct": st.floats(0, 100),
        "battery_mv": st.integers(0, 65_535),
        "signal": st.floats(-200, 1_000_000),
    },
).filter(bool)


def escaped(words: str) -> str:
    return '"' + "".join(f"\\u{ord(letter):04x}" for letter in words) + '"'


@given(said=SAID, indent=st.none() | st.integers(0, 2))
def test_spaces_and_escapes_change_nothing(said: dict[str, Any], indent: int | None) -> None:
    plain = json.dumps(said, indent=indent)
    strange = "{" + ",".join(f"{escaped(name)} : {json.dumps(value)}" for name, value in said.items()) + "}"
    for words in (plain, strange):
        (reading,) = decode("direct-bin", words.encode(), None).readings
        assert told(reading) == {"kind": "level"} | said


@given(said=SAID, data=st.data())
def test_a_name_that_stands_twice_is_refused_even_with_one_value(said: dict[str, Any], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(said)))
    words = json.dumps(said)[:-1] + f", {escaped(name)}: {json.dumps(said[name])}" + "}"
    with pytest.raises(DecodeError, match="names something twice"):
        decode("direct-bin", words.encode(), None)


@pytest.mark.parametrize(
    ("name", "value"),
    [("distance_mm", 1.0), ("distance_mm", True), ("distance_mm", None), ("tilted", 0), ("tilt_deg", True), ("tilt_deg", "4")]
    + [("battery_pct", float("nan")), ("signal", float("inf")), ("alarms", "fire"), ("alarms", ["rain"]), ("cannot_measure", [])],
)
def test_a_value_of_another_kind_is_refused_by_its_name(name: str, value: object) -> None:
    with pytest.raises(DecodeError, match=f"^{name} must be "):
        decode("direct-bin", json.dumps({"temperature_c": 8, name: value}).encode(), None)
