"""Told to stop, every process ends within 5 s, whatever hangs; what it had in hand is kept whole or left to the broker."""

import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from threading import Thread

import httpx
import psycopg
import pytest

from cli.embedded.broker import EmbeddedBroker
from cli.embedded.broker_config import BrokerUser
from cli.embedded.child import claim_port
from simulators.publisher import Publisher
from streets.store.database import Database
from tests.ingest.arrivals import level, settle
from tests.platform.processes import closed, locked, process, until, waiting_for_locks

STORED = """
    SELECT (SELECT count(*) FROM uplink), (SELECT count(*) FROM level_reading), (SELECT coalesce(sum(stored), 0)::int FROM ledger)
"""


def send(mqtt_url: str, f_cnts: range) -> None:
    """Return when the broker has these frames of one device."""
    at = datetime.now(UTC) - timedelta(hours=2)
    with Publisher(mqtt_url) as publisher:
        for f_cnt in f_cnts:
            message = level(f_cnt=f_cnt, at=at + timedelta(seconds=f_cnt))
            publisher.send(message.topic, message.body)
        publisher.settle()


def stored(database_url: str) -> tuple[int, int, int]:
    """Frames, readings, and what the ledger calls stored."""
    with psycopg.connect(database_url) as conn:
        frames, readings, counted = conn.execute(STORED).fetchone() or (0, 0, 0)
    return frames, readings, counted


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[EmbeddedBroker]:
    """A broker that the test may stop and hold."""
    server = EmbeddedBroker(tmp_path / "broker", [BrokerUser("everyone", publish=("#",), subscribe=("#",))], durable=False)
    server.start()
    yield server
    server.stop()


def test_ingest_told_to_stop_keeps_each_message_whole_or_leaves_it_to_the_broker(
    database: Database, database_url: str, broker: EmbeddedBroker, tmp_path: Path
) -> None:
    settle(database)
    database.close()
    mqtt_url = broker.url("everyone")
    arguments = (tmp_path, database_url, mqtt_url, "ingest", "--client-id", f"stops-{token_hex(4)}")
    with process(*arguments) as under_load:
        under_load.says("listening")
        sending = Thread(target=send, args=(mqtt_url, range(5_000)))
        sending.start()
        until(lambda: stored(database_url)[0], "a frame")
        assert under_load.told_to_stop() == 0
        sending.join()
    frames, readings, counted = stored(database_url)
    assert frames == readings == counted
    # Frames go in, and the readings of the same transaction do not.
    with process(*arguments) as in_a_copy, locked(database_url, "level_reading"):
        send(mqtt_url, range(5_000, 5_010))
        waiting_for_locks(database_url)
        assert in_a_copy.told_to_stop() == 0
    assert stored(database_url) == (frames, readings, counted)
    with process(*arguments) as without_database:
        without_database.says("listening")
        with closed(database_url):
            send(mqtt_url, range(5_010, 5_020))
            without_database.says("wait for the database")
            assert without_database.told_to_stop() == 0
    with process(*arguments):
        until(lambda: stored(database_url) == (5_020, 5_020, 5_020), "every frame once")


def test_ingest_without_a_broker_is_told_to_stop(database_url: str, own_broker: EmbeddedBroker, tmp_path: Path) -> None:
    with process(tmp_path, database_url, own_broker.url("everyone"), "ingest") as ingest:
        ingest.says("listening")
        own_broker.stop()
        ingest.says("cannot be reached")
        assert ingest.told_to_stop() == 0


def test_jobs_that_wait_for_a_lock_are_broken_off(database_url: str, broker: EmbeddedBroker, tmp_path: Path) -> None:
    with locked(database_url, "touched"), process(tmp_path, database_url, broker.url("everyone"), "jobs") as jobs:
        waiting_for_locks(database_url)
        assert jobs.told_to_stop() == 0
        jobs.says("broken off")


def test_the_api_with_a_request_that_hangs_is_told_to_stop(database_url: str, broker: EmbeddedBroker, tmp_path: Path) -> None:
    port = claim_port(0, "the test")
    with process(tmp_path, database_url, broker.url("everyone"), "api", "--port", str(port)) as api:
        api.says("running on")
        with locked(database_url, "bin"):
            asking = Thread(target=ask, args=(f"http://127.0.0.1:{port}/v1/bins",))
            asking.start()
            waiting_for_locks(database_url)
            assert api.told_to_stop() == 0
        asking.join()


def ask(url: str) -> None:
    try:
        httpx.get(url, timeout=60)
    except httpx.HTTPError:
        return


@pytest.mark.parametrize("arguments", [["ingest"], ["api"]], ids=lambda words: words[0])
def test_a_process_that_still_waits_for_its_database_is_told_to_stop(
    arguments: list[str], database_url: str, broker: EmbeddedBroker, tmp_path: Path
) -> None:
    port = ["--port", str(claim_port(0, "the test"))] if arguments == ["api"] else []
    with closed(database_url), process(tmp_path, database_url, broker.url("everyone"), *arguments, *port) as waiting:
        waiting.says("connection")
        assert waiting.told_to_stop() == 0


def test_a_simulated_town_whose_broker_hangs_is_told_to_stop(
    database_url: str, own_broker: EmbeddedBroker, tmp_path: Path
) -> None:
    began = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    arguments = ("simulate", "--starts-at", began, "--since", began)
    with process(tmp_path, database_url, own_broker.url("everyone"), *arguments) as town:
        town.says("speaks")
        assert own_broker.process_id is not None
        os.kill(own_broker.process_id, signal.SIGSTOP)
        try:
            assert town.told_to_stop() == 0
        finally:
            os.kill(own_broker.process_id, signal.SIGCONT)
