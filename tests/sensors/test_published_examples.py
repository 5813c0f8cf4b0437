"""The makers' and converters' published examples agree with the decoders, quantity by quantity."""

import base64
import json
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

import pytest

from sensors.codec import decode, models
from sensors.readings import CountReading, DecodeError, LevelReading
from tests.conftest import SHARED_DATA

pytestmark = pytest.mark.shared_data
UPLINKS = SHARED_DATA / "uplinks"
PUBLISHED_AS = {"ldds75-114": "ldds75"}
# What other makers' examples expect, in the names of a reading; {} where the frame holds no reading of ours.
IN_OUR_NAMES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "dl-mbx": lambda said: {
        "distance_mm": said["distance"]["value"],
        "signal": said["number_of_valid_samples"]["value"],
        "battery_mv": round(1000 * said["battery_voltage"]["value"]),
    },
    "r718pe": lambda _: {},
    "df702": lambda said: {
        "distance_mm": int(said["level"].split()[0]),
        "tilt_deg": float(said["angle"].split()[0]),
        "temperature_c": float(said["temperature"].split()[0]),
        "alarms": tuple(
            word
            for word, flag in {"threshold": "full", "fire": "fire", "tilt": "tilt", "low_battery": "battery"}.items()
            if said[flag]
        ),
    },
    "lora-lm-xl": lambda said: {"distance_mm": said["distance"], "battery_mv": said["batteryVoltage"]},
    "people-flow-counting-l-xl": lambda said: {"total_in": said["count_in"], "total_out": said["count_out"], "fault": None},
    "wilsen-sonic-level": lambda said: {
        "distance_mm": 10 * said["proxx"],
        "temperature_c": said["temp"],
        "battery_mv": round(1000 * said["battery_vol"]),
    },
    "imbuildings-people-counter": lambda said: {
        "people_in": said["counter_a"],
        "people_out": said["counter_b"],
        "total_in": said["total_counter_a"],
        "total_out": said["total_counter_b"],
        "battery_mv": round(1000 * said["battery_voltage"]),
    },
    "pcr2": lambda _: {},
}


def published() -> Iterator[tuple[str, bytes, int, dict[str, Any] | None]]:
    """Model, bytes, port and expected values (None: an error) of every example of a device that we read."""
    for example in json.loads((UPLINKS / "payload_examples.json").read_text()):
        model = PUBLISHED_AS.get(example["device"], example["device"])
        if model in models():
            yield model, bytes.fromhex(example["bytes_hex"]), example["fport"], of_one_bin(example["expected"])
    for file in sorted(UPLINKS.glob("Milesight_*.json")):
        example = json.loads(file.read_text())
        frame = example["payload"].get("uplink_message") or example["payload"]
        payload = base64.b64decode(frame.get("frm_payload") or frame["data"])
        yield file.name.split("_")[1].lower(), payload, 85, example["expected"]["telemetry"][0]["values"]


def of_one_bin(expected: dict[str, Any] | None) -> dict[str, Any] | None:
    """What is expected, with four probes' distances in cm as the median of them in mm."""
    if expected is None or "distance1_cm" not in expected:
        return expected
    probes_cm = [expected[f"distance{probe}_cm"] for probe in (1, 2, 3, 4)]
    rest = {name: value for name, value in expected.items() if not name.startswith("distance")}
    return rest | {"distance": round(10 * median(probes_cm))}


def level_words(reading: LevelReading) -> dict[str, Any]:
    """A level reading in the publishers' words."""
    words = {
        "battery": reading.battery_pct,
        "Bat": reading.battery_mv and reading.battery_mv / 1000,
        "temperature": reading.temperature_c,
        "distance": reading.distance_mm,
        "BatV": reading.battery_mv and reading.battery_mv / 1000,
        "Distance": f"{reading.distance_mm} mm",
        "position": {True: "tilt", False: "normal", None: None}[reading.tilted],
        "radar_signal_rssi": reading.signal,
        "temperature_abnormal": "temperature" in reading.alarms,
        "distance_alarming": "threshold" in reading.alarms,
        "Sensor_flag": int(reading.cannot_measure != "sensor_fault"),
    }
    return words | {"tilt": words["position"]}


def count_words(readings: tuple[CountReading, ...]) -> dict[str, Any]:
    """Count readings in the publishers' words: flat names of line 1, `line_1`, and `line_1.0_` are all in use."""
    words: dict[str, Any] = {}
    for reading in readings:
        counts = {
            "total_in": reading.total_in,
            "total_out": reading.total_out,
            "period_in": reading.people_in,
            "period_out": reading.people_out,
        }
        words |= counts if reading.line == 1 else {}
        words[f"line_{reading.line}"] = counts
        words |= {f"line_{reading.line}{mark}{name}": value for name, value in counts.items() for mark in (".0_", "_")}
        words |= {"battery_main": reading.battery_pct, "battery_node": reading.battery_pct}
        alarm = "threshold alarm" if "threshold" in reading.alarms else None
        words |= {"total_count_alarm": alarm, "period_count_alarm": alarm}
    return words


# An interrupt is not a reading, and an LDDS75's 0.00 degrees mean that it has no temperature probe.
NOT_READ = {"Interrupt_flag", "TempC_DS18B20", "EXTI_Trigger", "mes_type"}


def test_all_published_examples_agree() -> None:
    examples = list(published())
    assert len(examples) >= 20
    for model, payload, port, expected in examples:
        if model in IN_OUR_NAMES:
            continue
        if expected is None:
            with pytest.raises(DecodeError):
                decode(model, payload, port)
            continue
        readings = decode(model, payload, port).readings
        if isinstance(readings[0], LevelReading):
            words = level_words(readings[0])
        else:
            words = count_words(tuple(reading for reading in readings if isinstance(reading, CountReading)))
        assert {name: words[name] for name in expected.keys() - NOT_READ} == {
            name: value for name, value in expected.items() if name not in NOT_READ
        }, model


def test_examples_of_makers_with_words_of_their_own_agree() -> None:
    examples = [example for example in published() if example[0] in IN_OUR_NAMES]
    assert {model for model, *_ in examples} == set(IN_OUR_NAMES)
    for model, payload, port, said in examples:
        assert said is not None
        expected = IN_OUR_NAMES[model](said)
        decoded = decode(model, payload, port)
        assert decoded.refused is None, model
        readings = [{name: reading._asdict()[name] for name in expected} for reading in decoded.readings]
        assert readings == ([expected] if expected else []), model
