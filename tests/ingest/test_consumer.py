"""From the broker into the store: what is acknowledged is kept, and what is not is handed over again."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import paho.mqtt.client as mqtt
import psycopg
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from cli.embedded.broker import EmbeddedBroker
from cli.embedded.broker_config import BrokerUser
from ingest.broker.consumer import REFRESH_AFTER_S, Consumer
from ingest.broker.session import BrokerRefusedError
from ingest.broker.subscription import Subscription
from ingest.outcome import Message
from streets.settings import Settings
from streets.store.changes import Told
from streets.store.database import Database
from streets.store.installations import new_version, versions
from tests.ingest.arrivals import BIN_EUI, count, level, settle
from tests.platform.processes import until as become_true


class Dying(Consumer):
    """A process that is killed after COMMIT and before its acknowledgements."""

    def _acknowledge(self, *_: object) -> None:
        raise SystemExit


@contextmanager
def running(consumer: Consumer) -> Iterator[None]:
    """Run the consumer until the end of the block; it must then end by itself within 5 seconds."""
    stop = threading.Event()
    failures: list[BaseException] = []

    def run() -> None:
        try:
            consumer.run(stop)
        except BaseException as failure:  # noqa: BLE001 told by the thread that waits
            failures.append(failure)

    thread = threading.Thread(target=run)
    thread.start()
    assert consumer.listening.wait(30)
    yield
    stop.set()
    thread.join(30)
    assert not thread.is_alive()
    assert [type(failure) for failure in failures] in ([], [SystemExit])


@contextmanager
def publishing(broker_url: str) -> Iterator[Callable[..., None]]:
    """Publishes messages as a network server or device does: returns when the broker has them."""
    url = urlsplit(broker_url)
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    if url.username:
        client.username_pw_set(unquote(url.username), url.password)
    client.connect(url.hostname or "", url.port or 1883)
    client.loop_start()

    def send(*messages: Message, qos: int = 1) -> None:
        for sent in [client.publish(message.topic, message.body, qos) for message in messages]:
            sent.wait_for_publish(30)

    yield send
    client.disconnect()
    client.loop_stop()


@pytest.fixture
def publish(broker: EmbeddedBroker) -> Iterator[Callable[..., None]]:
    with publishing(broker.url("everyone")) as send:
        yield send


def until(database: Database, query: str, result: object) -> None:
    """Wait until the query's first value is the result."""
    deadline = time.monotonic() + 60
    while (found := first(database, query)) != result:
        assert time.monotonic() < deadline, f"{query} is {found}, not {result}, after 60 s"
        time.sleep(0.05)


def first(database: Database, query: str) -> object:
    with database.transaction() as conn:
        return conn.execute(query).fetchone()[0]  # type: ignore[arg-type, index]


def own_session() -> Subscription:
    return Subscription(f"test-{uuid4()}")


def just_now() -> datetime:
    return datetime.now(UTC) - timedelta(minutes=1)


READINGS = "SELECT count(*) FROM level_reading"
RECEIVED = "SELECT coalesce(sum(received), 0)::int FROM ledger"


def test_whatever_comes_is_stored_or_refused_and_the_stream_goes_on(
    settings: Settings, database: Database, ingest: Database, publish: Callable[..., None]
) -> None:
    at = just_now()
    with running(Consumer(settings, ingest, own_session())):
        publish(
            level(at=at),
            Message("v3/bins@council/devices/eui-1/up", b"\x00\xff not JSON", at),
            Message("streets/v1/rivermouth/gate-1/up", b"x" * 1_000_000, at),
            Message("streets/v1/rivermouth/gate-1/down/there", b"{}", at),
            Message("application/1/device/zzz/event/up", b"[]", at),
            level(f_cnt=2, at=at + timedelta(days=9)),
            count(at=at),
        )
        publish(level(900, f_cnt=3, at=at), qos=0)
        until(database, RECEIVED, 8)
    assert first(database, READINGS) == 2
    with database.transaction() as conn:
        assert conn.execute("SELECT reason, raw_bytes FROM reject ORDER BY reason, raw_bytes").fetchall() == [
            ("bad_json", 2),
            ("bad_json", 11),
            ("time_in_future", len(level(f_cnt=2, at=at + timedelta(days=9)).body)),
            ("too_large", 1_000_000),
            ("unknown_topic", 2),
        ]
        assert conn.execute("SELECT max(length(raw)) FROM reject").fetchone() == (65_536,)


def test_what_was_not_acknowledged_comes_again_and_is_stored_once(
    settings: Settings, database: Database, ingest: Database, publish: Callable[..., None]
) -> None:
    client_id = f"test-{uuid4()}"
    at = just_now()
    with running(Dying(settings, ingest, Subscription(client_id))):
        publish(level(at=at), level(900, f_cnt=2, at=at))
        until(database, READINGS, 2)
    publish(level(1000, f_cnt=3, at=at))
    with running(Consumer(settings, ingest, Subscription(client_id))):
        until(database, RECEIVED, 5)
    assert first(database, READINGS) == 3
    assert (
        first(database, "SELECT sum(stored) || ' stored, ' || sum(duplicate) || ' duplicate' FROM ledger")
        == "3 stored, 2 duplicate"
    )


def test_a_broker_that_no_longer_has_the_session_is_told_of(
    settings: Settings, ingest: Database, broker: EmbeddedBroker, caplog: pytest.LogCaptureFixture
) -> None:
    """What came meanwhile is lost with it, and nothing else would say so."""
    subscription, url = own_session(), urlsplit(broker.url("everyone"))
    consumer = Consumer(settings, ingest, subscription)
    lost = "the broker no longer has our session"
    with running(consumer):
        assert lost not in caplog.text, "a new name has none yet"
        # Whoever begins anew under a name ends what the broker held for it.
        other = mqtt.Client(CallbackAPIVersion.VERSION2, subscription.client_id, clean_session=True)
        other.username_pw_set(url.username, url.password)
        other.connect(url.hostname or "", url.port or 1883)
        other.loop_start()
        become_true(other.is_connected, "the other is let in")
        other.disconnect()
        other.loop_stop()
        assert consumer.listening.wait(30)
        become_true(lambda: lost in caplog.text, "it is said")


def test_messages_wait_while_the_database_is_away(
    settings: Settings,
    database: Database,
    ingest: Database,
    publish: Callable[..., None],
    database_url: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    name = database_url.rpartition("/")[2]
    server_url = database_url.replace(f"/{name}", "/postgres")
    at = just_now()
    with psycopg.connect(server_url, autocommit=True) as server, running(Consumer(settings, ingest, own_session())):
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        publish(level(at=at), level(900, f_cnt=2, at=at))
        become_true(lambda: "messages that wait for the database" in caplog.text, "it has tried")
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        publish(level(1000, f_cnt=3, at=at))
        with psycopg.connect(database_url) as conn:
            deadline = time.monotonic() + 60
            while conn.execute(READINGS).fetchone() != (3,):
                assert time.monotonic() < deadline
                conn.rollback()
                time.sleep(0.05)


def test_a_record_that_changes_while_messages_come_holds_within_seconds(
    settings: Settings, database: Database, ingest: Database, publish: Callable[..., None]
) -> None:
    """An echo from 8 m can be true of a sensor that reaches 4.5 m, and cannot of one that reaches 2 m."""
    at = just_now()
    with running(Consumer(settings, ingest, own_session())):
        publish(level(8000, at=at))
        until(database, RECEIVED, 1)
        with database.transaction() as conn:
            bound = versions(conn, "rivermouth", BIN_EUI)[0].installation_id
            new_version(conn, "rivermouth", bound, at, {"max_range_mm": 2000}, Told("j.jones", at))
        time.sleep(REFRESH_AFTER_S)
        publish(level(8000, f_cnt=2, at=at + timedelta(seconds=1)))
        until(database, RECEIVED, 2)
    assert (first(database, READINGS), first(database, "SELECT reason FROM reject")) == (1, "impossible_value")


def test_a_device_imported_after_ingest_began_is_known_at_its_first_message(
    settings: Settings, database: Database, open_database: Callable[[str], Database], publish: Callable[..., None]
) -> None:
    with running(Consumer(settings, open_database("streets_ingest"), own_session())):
        publish(level(at=just_now()))
        until(database, RECEIVED, 1)
        settle(database)
        publish(level(900, f_cnt=2, at=just_now()))
        until(database, RECEIVED, 2)
    assert first(database, READINGS) == 1


def test_a_user_who_may_not_read_every_topic_is_told_so(settings: Settings, ingest: Database, broker: EmbeddedBroker) -> None:
    broker.admit([BrokerUser("half", subscribe=("streets/v1/#",))])
    half = Settings(**{**{name: getattr(settings, name) for name in Settings.__slots__}, "mqtt_url": broker.url("half")})
    with pytest.raises(BrokerRefusedError, match=r"v3/\+/devices/\+/up"):
        Consumer(half, ingest, own_session()).run(threading.Event())


def test_a_wrong_password_is_told(settings: Settings, ingest: Database, broker: EmbeddedBroker) -> None:
    url = broker.url("everyone").replace("everyone:", "everyone:not")
    wrong = Settings(**{**{name: getattr(settings, name) for name in Settings.__slots__}, "mqtt_url": url})
    with pytest.raises(BrokerRefusedError, match="STREETS_MQTT_URL"):
        Consumer(wrong, ingest, own_session()).run(threading.Event())
