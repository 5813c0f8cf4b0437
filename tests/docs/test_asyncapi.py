"""docs/asyncapi.yaml says what the code takes: its examples are taken, and its schemas know the same names."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from ingest.envelopes import unwrap
from sensors.codec import decode
from sensors.devices import direct_bin, direct_counter, phone_bump, phone_coverage

ROOT = Path(__file__).parent.parent.parent
DOCUMENT: dict[str, Any] = yaml.safe_load((ROOT / "docs/asyncapi.yaml").read_text())
MESSAGES: dict[str, Any] = DOCUMENT["components"]["messages"]
NAMES = {
    "application": "app1",
    "tenant": "tenant",
    "council": "rivermouth",
    "token": "7f3a",
    "kind": "up",
    "devEui": "24e124760c123456",
    "device": "b12",
}


def validator(schema: dict[str, Any]) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(schema | {"components": DOCUMENT["components"]})


def examples() -> list[Any]:
    found = []
    for channel in DOCUMENT["channels"].values():
        for message in channel["messages"].values():
            name = message["$ref"].rsplit("/", 1)[1]
            for example in MESSAGES[name]["examples"]:
                topic = channel["address"].format(
                    **NAMES | {"device": example["payload"].get("end_device_ids", {}).get("device_id", "b12")}
                )
                found.append(pytest.param(name, topic, example["payload"], id=f"{name}: {example['name']}"))
    return found


def test_the_document_is_asyncapi_3() -> None:
    schema = json.loads((ROOT / "node_modules/@asyncapi/specs/schemas/3.0.0.json").read_text())
    jsonschema.Draft7Validator(schema).validate(DOCUMENT)


@pytest.mark.parametrize(("name", "topic", "payload"), examples())
def test_every_example_is_what_its_schema_says_and_is_taken(name: str, topic: str, payload: dict[str, Any]) -> None:
    validator(MESSAGES[name]["payload"]).validate(payload)
    (uplink,) = unwrap(topic, json.dumps(payload).encode(), datetime(2026, 11, 22, 12, tzinfo=UTC))
    if model := uplink.model or ("xovis" if name == "XovisPackage" else None):
        assert decode(model, uplink.payload, uplink.f_port).readings


@pytest.mark.parametrize(
    ("schema", "device"),
    [
        (DOCUMENT["components"]["schemas"]["LevelReading"], direct_bin),
        (DOCUMENT["components"]["schemas"]["CountReading"], direct_counter),
        (MESSAGES["Bump"]["payload"], phone_bump),
        (MESSAGES["Coverage"]["payload"], phone_coverage),
    ],
)
def test_schema_and_decoder_know_the_same_names(schema: dict[str, Any], device: Any) -> None:
    assert set(schema["properties"]) - {"id"} == set(device.CHECKS)


def test_what_a_schema_refuses_the_decoder_refuses_too() -> None:
    schema = validator(DOCUMENT["components"]["schemas"]["LevelReading"])
    for reading in (
        {},
        {"distance_mm": -1},
        {"distance_mm": 1.5},
        {"distance_mm": 1, "cannot_measure": "no_echo"},
        {"depth_mm": 1},
    ):
        assert not schema.is_valid(reading)
        with pytest.raises(ValueError, match="reading|must be|not known"):
            decode("direct-bin", json.dumps(reading).encode(), None)
