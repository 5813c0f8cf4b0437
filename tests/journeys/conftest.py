"""Ingest listening to a real broker and keeping in a real database, for a council whose assets were imported from files."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from secrets import token_hex
from threading import Event, Thread
from typing import Any

import pytest
from browsing import served
from httpx import Client
from typer.testing import CliRunner, Result

from cli.main import app
from ingest.broker.consumer import Consumer
from ingest.broker.subscription import Subscription
from simulators.publisher import Publisher
from streets import clock
from streets.assets.kinds import Kind
from streets.jobs.clockwork import run
from streets.jobs.table import JOBS
from streets.settings import Settings
from streets.store import tokens
from streets.store.assets import add_council
from streets.store.changes import Told
from streets.store.database import Database
from streets.store.imports import import_file
from tests.journeys.messages import Message

WITHIN_S = 60.0
OpenDatabase = Callable[[str], Database]

FILES = {
    Kind.BINS: """bin_id,name,lat,lon,capacity_l,visit_every_days
B1,Quay,55.0,-1.60,100,1
B2,Market,55.0,-1.61,100,1
B3,Park,55.0,-1.62,100,1
B4,Station,55.0,-1.63,100,1
B5,School,55.0,-1.64,100,1
""",
    Kind.COUNTERS: """counter_id,place_id,place_name,name,lat,lon
C1,high-street,High Street,Gate,55.0,-1.6
""",
    Kind.INSTALLATIONS: """device,model,bin_id,counter_id,valid_from,empty_mm,full_mm,blind_zone_mm,max_range_mm,period_s
24e124713d000001,em310-udl,B1,,2020-01-01T00:00:00Z,1200,300,30,4500,
24e124713d000002,em400-mud,B2,,2020-01-01T00:00:00Z,1200,300,30,4500,
testham/bin-3,direct-bin,B3,,2020-01-01T00:00:00Z,1200,300,30,4500,
24e124713d000004,em310-udl,B4,,2020-01-01T00:00:00Z,1200,300,30,4500,
24e124713d000005,em310-udl,B5,,2020-01-01T00:00:00Z,1200,300,30,4500,
24e124713d000006,vs350,,C1,2020-01-01T00:00:00Z,,,,,3600
""",
}


class House:
    """Ingest at work, and the ways to send to it and to ask."""

    def __init__(self, settings: Settings, open_database: OpenDatabase) -> None:
        self.settings = settings
        self._open_database = open_database
        self._reading = open_database("streets_api")
        self._client_id = f"ingest-{token_hex(4)}"
        self._sent = 0

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Ingest reads the broker; its session stays when it ends."""
        consumer = Consumer(self.settings, self._open_database("streets_ingest"), Subscription(self._client_id))
        stop = Event()
        thread = Thread(target=consumer.run, args=(stop,))
        thread.start()
        try:
            assert consumer.listening.wait(WITHIN_S)
            yield
            until(lambda: self.received() >= self._sent)
        finally:
            stop.set()
            thread.join()

    def tell(self, *messages: Message) -> None:
        """Publish, and wait until the broker has taken it."""
        with Publisher(self.settings.mqtt_url) as publisher:
            for topic, message in messages:
                publisher.send(topic, message)
            publisher.settle()
        self._sent += len(messages)

    def received(self) -> int:
        """How many messages the ledger has."""
        with self._reading.transaction() as conn:
            return int(conn.execute("SELECT coalesce(sum(received), 0) FROM ledger").fetchone()[0])  # type: ignore[index]

    def work(self) -> None:
        """Let every job run once."""
        jobs = self._open_database("streets_jobs")
        for job in JOBS:
            assert run(jobs, job, clock.now), job.name

    def ask(self, *paths: str) -> list[Any]:
        """The API's answers."""
        with served(self.settings) as url, Client(base_url=url) as client:
            return [client.get(path).raise_for_status().json() for path in paths]

    def officer(self) -> dict[str, str]:
        """The header that an officer of testham calls with."""
        with self._open_database("streets_officer").transaction() as conn:
            secret, _ = tokens.create(conn, "testham", "officer", "j.jones", clock.now(), days=1)
        return {"Authorization": f"Bearer {secret}"}

    def command(self, *words: str) -> Result:
        """A `streets` command on this database."""
        return CliRunner().invoke(app, words, env={"STREETS_DATABASE_URL": self.settings.database_url})


def until(true: Callable[[], bool]) -> None:
    """Wait for the condition; it fails the test when it does not come true."""
    deadline = time.monotonic() + WITHIN_S
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def house(settings: Settings, open_database: OpenDatabase) -> House:
    with open_database("streets_officer").transaction() as conn:
        add_council(conn, "testham", "Testham", None)
        for kind, text in FILES.items():
            import_file(conn, "testham", kind, text.encode(), Told("tests", clock.now()))
    return House(settings, open_database)


@pytest.fixture
def mosquitto_house(house: House, open_database: OpenDatabase, mosquitto_url: str) -> House:
    return House(replace(house.settings, mqtt_url=mosquitto_url), open_database)
