"""A Xovis sensor pushes by the API, the broker and ingest into the database: each interval once, on its line, or as a gap."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from secrets import token_hex

import pytest
from browsing import served

from cli.embedded.broker import EmbeddedBroker
from cli.embedded.broker_config import direct_device
from ingest.broker.consumer import Consumer
from ingest.outcome import Message
from streets.settings import Settings
from streets.store import tokens
from streets.store.database import Database
from tests.ingest.arrivals import INSTALLED, found, settle
from tests.ingest.test_consumer import first, own_session, publishing, running, until
from tests.ingest.xovis_sensor import XovisSensor

NAME = "rivermouth/high-street"
NOW = datetime.now(UTC).replace(second=0, microsecond=0)
TEN = NOW - timedelta(hours=1)
RECEIVED = "SELECT coalesce(sum(received), 0)::int FROM ledger"
COUNTED = (
    "SELECT counter_id, people_in, people_out, fault FROM count_reading JOIN installation USING (device_id, line)"
    " ORDER BY counter_id, observed_at"
)


def mounted(database: Database) -> None:
    """One sensor with two lines, which belong to two counters."""
    settle(database)
    with database.transaction() as conn:
        conn.execute("INSERT INTO counter VALUES ('C2', 'rivermouth', 'quay', 'Station Road', 55, -1.6)")
        conn.execute("INSERT INTO device (device, council, model) VALUES (%s, 'rivermouth', 'xovis')", (NAME,))
        conn.execute(
            "INSERT INTO installation (device_id, valid_from, counter_id, line, period_s)"
            " SELECT device_id, %s, counter_id, line, 300 FROM device, (VALUES ('C1', 1), ('C2', 2)) AS of(counter_id, line)"
            " WHERE device = %s",
            (INSTALLED, NAME),
        )


@pytest.fixture
def sensor(
    database: Database, open_database: Callable[[str], Database], settings: Settings, broker: EmbeddedBroker
) -> Iterator[XovisSensor]:
    mounted(database)
    with database.transaction() as conn:
        token, _ = tokens.create(conn, "rivermouth", "device", NAME, NOW, days=1)
    with served(settings) as site, running(Consumer(settings, open_database("streets_ingest"), own_session())):
        yield XovisSensor(site, token)


def test_each_line_is_counted_at_its_counter_and_nobody_only_where_the_sensor_looked(
    sensor: XovisSensor, database: Database
) -> None:
    sensor.counts(TEN, 5, {"High Street 1": (41, 37), "Station Road 2": (0, 0)})
    sensor.counts(TEN + timedelta(minutes=5), 5, {"High Street 1": (0, 0), "Station Road 2": (0, 0)}, samples=0)
    sensor.counts(TEN + timedelta(minutes=10), 5, {"High Street 1": (12, 9)}, samples=3)
    assert sensor.push() == 202
    until(database, RECEIVED, 3)
    assert found(database, COUNTED) == [
        ("C1", 41, 37, None),
        ("C1", None, None, "stopped"),
        ("C1", 12, 9, "stopped"),
        ("C2", 0, 0, None),
        ("C2", None, None, "stopped"),
    ]


def test_what_is_pushed_again_counts_once_alone_or_in_a_list_or_in_a_new_package(sensor: XovisSensor, database: Database) -> None:
    for minute, people in ((0, 41), (5, 40), (5, 40)):
        sensor.counts(TEN + timedelta(minutes=minute), 5, {"High Street 1": (people, 1)})
    sensor.push(answer_lost=True)
    sensor.counts(TEN + timedelta(minutes=10), 5, {"High Street 1": (39, 1)})
    sensor.counts(TEN, 5, {"High Street 1": (42, 1)})
    assert sensor.push_at_once() == 202
    until(database, RECEIVED, 8)
    assert [people_in for _, people_in, *_ in found(database, COUNTED)] == [42, 40, 39]
    assert first(database, "SELECT sum(stored) || ' ' || sum(duplicate) || ' ' || sum(rejected) FROM ledger") == "5 3 0"


def test_a_failed_sensor_says_so_and_not_that_nobody_came(sensor: XovisSensor, database: Database) -> None:
    sensor.state("OK", TEN, 38)
    sensor.state("ERROR", TEN + timedelta(minutes=1), 71)
    sensor.push()
    until(database, RECEIVED, 2)
    told = "SELECT fault, temperature_c, people_in, observed_at FROM count_reading ORDER BY observed_at"
    assert found(database, told) == [(None, 38, None, TEN), ("stopped", 71, None, TEN + timedelta(minutes=1))]


def test_a_sensor_may_push_by_mqtt_and_on_no_other_sensors_topic(
    database: Database, open_database: Callable[[str], Database], settings: Settings, broker: EmbeddedBroker
) -> None:
    mounted(database)
    at_home, elsewhere = XovisSensor("", ""), XovisSensor("", "")
    at_home.counts(TEN, 5, {"High Street 1": (41, 37)})
    elsewhere.counts(TEN, 5, {"High Street 1": (9, 9)})
    broker.admit([direct_device(NAME)])
    with running(Consumer(settings, open_database("streets_ingest"), own_session())), publishing(broker.url(NAME)) as publish:
        other = f"rivermouth/{token_hex(4)}"
        publish(Message(f"streets/v1/{other}/xovis", json.dumps(elsewhere.waiting[0]).encode(), NOW))
        publish(Message(f"streets/v1/{NAME}/xovis", json.dumps(at_home.waiting[0]).encode(), NOW))
        until(database, RECEIVED, 1)
    assert found(database, COUNTED) == [("C1", 41, 37, None)]
    assert first(database, "SELECT count(*) FROM reject") == 0
