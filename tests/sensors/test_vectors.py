"""Every vector beside a device file says what its decoder reads, or how it refuses."""

import json
from pathlib import Path
from typing import Any

import pytest

from sensors import devices
from sensors.codec import UnknownModel, decode, models
from sensors.readings import DecodeError, told

FOLDER = Path(devices.__path__[0])


def frame_bytes(payload: Any) -> bytes:
    """A payload as a vector writes it: hexadecimal, a JSON object, or the text of JSON that is wrong on purpose."""
    if isinstance(payload, dict):
        return json.dumps(payload).encode()
    try:
        return bytes.fromhex(payload)
    except ValueError:
        return payload.encode()


def vectors() -> list[Any]:
    found = []
    for file in sorted(FOLDER.glob("*.vectors.json")):
        model = file.name.removesuffix(".vectors.json").replace("_", "-")
        found += [pytest.param(model, vector, id=f"{model}: {vector['name']}") for vector in json.loads(file.read_text())]
    return found


@pytest.mark.parametrize(("model", "vector"), vectors())
def test_a_vector_is_read_as_it_says(model: str, vector: dict[str, Any]) -> None:
    payload = frame_bytes(vector["payload"])
    if "error" in vector:
        with pytest.raises(DecodeError) as refusal:
            decode(model, payload, vector["port"])
        assert vector["error"] in str(refusal.value)
        return
    decoded = decode(model, payload, vector["port"])
    assert [told(reading) for reading in decoded.readings] == vector["readings"]
    assert decoded.refused == vector.get("refused")
    assert dict(decoded.about) == vector.get("about", {})


def test_every_device_has_vectors_that_say_where_they_come_from_and_one_that_fails() -> None:
    for model in models():
        found = json.loads((FOLDER / f"{model.replace('-', '_')}.vectors.json").read_text())
        assert all(vector["source"] == "constructed" or vector["source"].startswith("published: ") for vector in found), model
        assert any("error" in vector for vector in found), model
        assert any(vector.get("readings") for vector in found), model


def test_every_device_measures_what_its_vectors_read() -> None:
    for model, device in models().items():
        found = json.loads((FOLDER / f"{model.replace('-', '_')}.vectors.json").read_text())
        seen = {name for vector in found for reading in vector.get("readings", ()) for name in reading}
        assert set(device.measures) <= seen, model


def test_an_unknown_model_is_told_which_are_known() -> None:
    with pytest.raises(UnknownModel, match="no device file for model 'em999'; known are .*direct-bin, .*em310-udl"):
        decode("em999", b"\x01", 85)


def test_the_same_bytes_are_other_readings_for_another_model() -> None:
    # 03 67 is a temperature of the EM400 family; of an EM310 it is nothing, and the frame has nothing else.
    temperature = bytes.fromhex("03670101")
    assert told(decode("em400-mud", temperature, 85).readings[0]) == {"kind": "level", "temperature_c": 25.7}
    with pytest.raises(DecodeError):
        decode("em310-udl", temperature, 85)
