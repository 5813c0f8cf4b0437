"""Every process logs one JSON object a line, which no name that somebody else chose can break or forge."""

import json
import logging
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.embedded.broker import EmbeddedBroker
from cli.embedded.child import claim_port
from simulators.publisher import Publisher
from streets.log import Words, json_form
from streets.store.database import Database
from tests.ingest.arrivals import level, settle
from tests.platform.processes import process, until

FORGED = '{"level": "CRITICAL", "message": "forged"}'
# What nats-server lets through; others pass on line ends, too.
PASSED_ON = 'x"}\u2028{"level":"CRITICAL"}\u202e\x1b[2J'
HOSTILE = f'x\n{FORGED}\r\x1b[2J\u202e\u2028"'


def record(device: str) -> logging.LogRecord:
    made = logging.LogRecord("ingest", logging.WARNING, "", 0, "refused: %s", (device,), None)
    made.device = device
    return made


@given(st.text())
def test_no_name_begins_a_line_of_its_own(device: str) -> None:
    for name in (device, HOSTILE):
        line = json_form("ingest").format(record(name))
        assert line.isascii() and line.isprintable()
        told = json.loads(line)
        assert (told["message"], told["device"]) == (f"refused: {name}", name)
        assert Words().format(record(name)).isprintable()


def test_a_trace_in_words_cannot_pass_for_a_line_of_the_log() -> None:
    try:
        raise ValueError(HOSTILE)
    except ValueError as error:
        failed = logging.LogRecord("ingest", logging.ERROR, "", 0, "failed", (), (ValueError, error, error.__traceback__))
    first, *trace = Words().format(failed).split("\n")
    assert "failed" in first
    assert all(line.startswith("    ") and line.isprintable() for line in trace)


def test_ingest_names_device_and_frame_of_what_it_refuses_and_tells_no_payload(
    database: Database, database_url: str, broker: EmbeddedBroker, tmp_path: Path
) -> None:
    settle(database)
    unknown = level(f_cnt=41, at=datetime.now(UTC), device="24e124713dffffff")
    with process(tmp_path, database_url, broker.url("everyone"), "ingest", "--client-id", f"logs-{token_hex(4)}") as ingest:
        ingest.says("listening")
        with Publisher(broker.url("everyone")) as publisher:
            publisher.send(unknown.topic, unknown.body)
            publisher.send(f"streets/v1/rivermouth/{PASSED_ON}/up", b'{"secret": "payload"}')
            publisher.send("streets/v1/rivermouth/phone/reporter-7/bump", b'{"lat": 54.97123}')
            publisher.settle()
        until(lambda: len(refusals(ingest.lines)) == 3, ingest.text)
        assert ingest.told_to_stop() == 0
    for line in ingest.lines:
        assert {"time", "level", "logger", "message", "service"} <= line.keys()
        assert datetime.fromisoformat(line["time"]).tzinfo == UTC
    known = next(line for line in refusals(ingest.lines) if line["reason"] == "unknown_device")
    assert (known["device"], known["session"], known["f_cnt"]) == ("24e124713dffffff", "AYfg8Ta3", 41)
    assert not [told for told in ("payload", "reporter-7", "54.97", broker.url("everyone")) if told in ingest.text]


def refusals(lines: list[dict[str, object]]) -> list[dict[str, object]]:
    return [line for line in lines if str(line["message"]).startswith("refused: ")]


def test_a_problem_names_the_request_that_the_log_names(database_url: str, broker: EmbeddedBroker, tmp_path: Path) -> None:
    port = claim_port(0, "the test")
    with process(tmp_path, database_url, broker.url("everyone"), "api", "--port", str(port)) as api:
        api.says("running on")
        answers = [httpx.get(f"http://127.0.0.1:{port}/v1/bins/{name}?token=a-secret") for name in ("B1", "B%0a2")]
        until(lambda: len([line for line in api.lines if "route" in line]) == 2, api.text)
        lines = [line for line in api.lines if "route" in line]
    assert [line["request"] for line in lines] == [answer.headers["X-Request-Id"] for answer in answers]
    assert [answer.json()["request"] for answer in answers] == [line["request"] for line in lines]
    assert [line["path"] for line in lines] == ["/v1/bins/B1", "/v1/bins/B\n2"]
    assert {line["route"] for line in lines} == {"/v1/bins/{bin_id}"}
    assert "a-secret" not in api.text


def test_a_broker_that_lets_ingest_not_in_is_the_last_word_of_its_log(
    database_url: str, broker: EmbeddedBroker, tmp_path: Path
) -> None:
    wrong = broker.url("everyone").replace("everyone:", "everyone:not")
    with process(tmp_path, database_url, wrong, "ingest", "--client-id", f"logs-{token_hex(4)}") as ingest:
        assert ingest.child.wait(60) == 1
    last = ingest.lines[-1]
    assert last["level"] == "CRITICAL"
    assert "STREETS_MQTT_URL" in last["message"]


@pytest.mark.parametrize("form", ["json", "words"])
def test_the_form_can_be_chosen(
    form: str, database_url: str, broker: EmbeddedBroker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STREETS_LOG", form)
    with process(tmp_path, database_url, broker.url("everyone"), "migrate") as migrate:
        assert migrate.child.wait(60) == 0
    assert migrate.text.startswith("{") == (form == "json")
    assert "the database has the present schema" in migrate.text
