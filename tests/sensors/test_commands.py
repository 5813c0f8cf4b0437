"""`streets decode`, `unwrap` and `models` give data on stdout, reasons on stderr, and an exit code to trust."""

import base64
import json
from pathlib import Path

from typer.testing import CliRunner, Result

from cli.main import app


def streets(*words: str, given: bytes | None = None) -> Result:
    return CliRunner().invoke(app, list(words), input=given)


def test_decode_tells_a_frame_as_json() -> None:
    answer = streets("decode", "--model", "em310-udl", "--port", "85", "01755c03824408040001")
    assert answer.exit_code == 0
    # 5C is 92 %, 44 08 little-endian is 0x0844 = 2116 mm, position 1 is tilted.
    reading = {"kind": "level", "distance_mm": 2116, "tilted": True, "battery_pct": 92}
    assert json.loads(answer.stdout) == {"model": "em310-udl", "readings": [reading], "refused": None}


def test_decode_tells_what_the_frame_says_of_the_device_itself() -> None:
    # FF 0A is Milesight's firmware, a byte for each number.
    answer = streets("decode", "--model", "em310-udl", "--port", "85", "ff0a0114")
    assert json.loads(answer.stdout) == {"model": "em310-udl", "readings": [], "about": {"firmware": "1.20"}, "refused": None}


def test_decode_takes_the_json_of_a_model_without_bytes() -> None:
    answer = streets("decode", "--model", "direct-bin", '{"distance_mm": 640}')
    assert json.loads(answer.stdout)["readings"] == [{"kind": "level", "distance_mm": 640}]


def test_decode_keeps_what_was_read_and_says_what_was_refused() -> None:
    answer = streets("decode", "--model", "em310-udl", "--port", "85", "01755c0382")
    assert answer.exit_code == 0
    assert json.loads(answer.stdout)["readings"] == [{"kind": "level", "battery_pct": 92}]
    assert "ends within field 03 82" in answer.stderr


def test_decode_fails_with_the_reason_for_an_unknown_model_port_or_bytes() -> None:
    for words, reason in (
        (("--model", "em999", "--port", "85", "0175"), "no device file for model 'em999'"),
        (("--model", "em310-udl", "--port", "2", "01755c"), "port 85"),
        (("--model", "em310-udl", "01755c"), "came on port None"),
        (("--model", "em310-udl", "--port", "85", "deadbeef"), "DE AD is not one of this model's"),
        (("--model", "em310-udl", "--port", "85", "0x01"), "neither hexadecimal nor a JSON object"),
        (("--model", "direct-bin", '{"distance_mm": -5}'), "distance_mm must be a whole number"),
    ):
        answer = streets("decode", *words)
        assert (answer.exit_code, answer.stdout) == (1, ""), words
        assert reason in answer.stderr


def test_a_command_without_its_arguments_is_a_usage_error() -> None:
    assert streets("decode").exit_code == 2
    assert streets("unwrap", "-").exit_code == 2


def test_unwrap_tells_the_uplinks_of_a_message(tmp_path: Path) -> None:
    frame = {"model": "ldds75", "observed_at": "2026-11-22T10:00:00Z", "seq": 7, "port": 2}
    message = json.dumps(frame | {"payload": base64.b64encode(bytes.fromhex("0d3b0aef00")).decode()}).encode()
    file = tmp_path / "message.json"
    file.write_bytes(message)
    topic = ("--topic", "streets/v1/rivermouth/bin-7/up")
    for answer in (streets("unwrap", *topic, str(file)), streets("unwrap", *topic, "-", given=message)):
        assert answer.exit_code == 0
        (uplink,) = json.loads(answer.stdout)
        assert (uplink["device"], uplink["f_cnt"], uplink["payload"]) == ("rivermouth/bin-7", 7, "0d3b0aef00")


def test_unwrap_fails_with_the_reason_for_what_it_cannot_read(tmp_path: Path) -> None:
    for words, given, reason in (
        (("--topic", "streets/v1/rivermouth/bin-7/up", "-"), b"{", "bad_json: "),
        (("--topic", "weather/today", "-"), b"{}", "unknown_topic: "),
        (("--topic", "streets/v1/rivermouth/bin-7/up", str(tmp_path / "none.json")), None, "No such file"),
    ):
        answer = streets("unwrap", *words, given=given)
        assert (answer.exit_code, answer.stdout) == (1, ""), words
        assert reason in answer.stderr


def test_models_lists_every_device_with_what_its_installation_needs() -> None:
    devices = {device["model"]: device for device in json.loads(streets("models", "--json").stdout)}
    milesight = {"em310-udl", "em400-mud", "em400-tld", "em400-udl", "vs133", "vs350"}
    assert devices.keys() >= milesight | {"ldds75", "direct-bin", "direct-counter", "phone-bump", "phone-coverage"}
    assert {"empty_mm", "full_mm"} <= set(devices["em310-udl"]["needs"])
    assert all(model in streets("models").stdout for model in devices)
