"""The town as it happens, through a real broker: every device on its own connection, and nothing lost on the way."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from urllib.parse import urlsplit

import pytest
from nine_days import STARTS_AT
from paho.mqtt.client import Client, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion

from cli.embedded.broker import EmbeddedBroker
from cli.embedded.broker_config import BrokerUser
from simulators.history import TownLife, messages
from simulators.live import Connections, live, run
from simulators.town import Login, Town

NOON = STARTS_AT + timedelta(days=1, hours=12)
PATIENCE_S = 60.0


@pytest.fixture
def town_broker(town: Town, tmp_path: Path) -> Iterator[EmbeddedBroker]:
    """A broker that knows the town's devices, and one listener."""
    logins = town.logins(b"secret")
    users = [BrokerUser("listener", subscribe=("#",)), *(BrokerUser(login.username, publish=login.topics) for login in logins)]
    passwords = {login.username: login.password for login in logins}
    broker = EmbeddedBroker(tmp_path / "broker", users, durable=False, passwords=passwords)
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture
def listening(town_broker: EmbeddedBroker) -> Iterator[list[tuple[str, bytes]]]:
    """What arrives at the broker: a persistent session, as the consumer has one."""
    arrived: list[tuple[str, bytes]] = []
    address = urlsplit(town_broker.url("listener"))
    client = Client(CallbackAPIVersion.VERSION2, client_id="listener", clean_session=False, protocol=MQTTv311)
    client.username_pw_set("listener", address.password)
    ready = Event()
    client.on_connect = lambda *_: client.subscribe("#", qos=1)
    client.on_subscribe = lambda *_: ready.set()
    client.on_message = lambda _client, _data, message: arrived.append((message.topic, message.payload))
    client.connect(str(address.hostname), address.port or 1883)
    client.loop_start()
    assert ready.wait(PATIENCE_S)
    yield arrived
    client.disconnect()
    client.loop_stop()


def test_a_broker_with_tls_is_spoken_to_with_tls_on_its_own_port(town: Town) -> None:
    connections = Connections("mqtts://broker.example", town.logins(b"secret"))
    assert (connections.host, connections.port) == ("broker.example", 8883)
    assert all(client._ssl for client in connections.clients.values())


def wait_for(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end, "it did not come to that in time"
        time.sleep(0.02)


def fast_clock(speed: float) -> Callable[[], datetime]:
    """A clock that says noon now, and runs `speed` times as fast as a real one."""
    began = time.monotonic()
    return lambda: NOON + timedelta(seconds=(time.monotonic() - began) * speed)


@pytest.fixture
def living(town: Town, town_broker: EmbeddedBroker) -> Iterator[Callable[..., Thread]]:
    """Starts the live town; it ends with the test."""
    stop, threads = Event(), []

    def start(clock: Callable[[], datetime], since: datetime) -> Thread:
        url = f"mqtt://127.0.0.1:{town_broker.port}"
        threads.append(Thread(target=run, args=(TownLife(town, since), url, town.logins(b"secret"), clock, stop)))
        threads[-1].start()
        return threads[-1]

    yield start
    stop.set()
    for thread in threads:
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


def expected(town: Town, until: datetime) -> list[tuple[str, bytes]]:
    return [(topic, message) for topic, message, _ in messages(town, NOON, until)]


def test_the_live_town_goes_on_where_its_history_ended(
    town: Town, listening: list[tuple[str, bytes]], living: Callable[..., Thread]
) -> None:
    living(fast_clock(3_600.0), since=NOON)
    due = expected(town, NOON + timedelta(hours=1))
    assert len(due) > 100
    # Each connection keeps its order; between connections the broker decides.
    wait_for(lambda: set(due) <= set(listening))
    wait_for(lambda: len(listening) > len(due) + 50)


def test_a_broker_that_was_away_gets_what_it_missed(
    town: Town, town_broker: EmbeddedBroker, listening: list[tuple[str, bytes]], living: Callable[..., Thread]
) -> None:
    living(fast_clock(1_200.0), since=NOON)
    wait_for(lambda: len(listening) > 20)
    town_broker.stop()
    town_broker.start()
    due = expected(town, NOON + timedelta(hours=2))
    wait_for(lambda: set(due) <= set(listening))


def test_messages_wait_for_their_time_and_stop_ends_the_wait(town: Town) -> None:
    told: list[bytes] = []
    stop, now = Event(), [NOON]
    thread = Thread(target=live, args=(TownLife(town, NOON), lambda _, message: told.append(message), lambda: now[0], stop))
    thread.start()
    now[0] = NOON + timedelta(minutes=10)
    due = [message for _, message in expected(town, now[0])]
    wait_for(lambda: told == due)
    stop.set()
    thread.join(PATIENCE_S)
    assert told == due and not thread.is_alive()


def test_every_topic_belongs_to_one_login(town: Town) -> None:
    topics = {topic for topic, _, _ in messages(town, STARTS_AT, STARTS_AT + timedelta(days=1))}
    logins = town.logins(b"secret")
    for topic in topics:
        assert len([login for login in logins if may(login, topic)]) == 1


def may(login: Login, topic: str) -> bool:
    return any(
        len(allowed.split("/")) == len(topic.split("/"))
        and all(a in ("+", b) for a, b in zip(allowed.split("/"), topic.split("/"), strict=True))
        for allowed in login.topics
    )


def test_a_topic_that_nobody_may_publish_is_refused_at_once(town: Town, town_broker: EmbeddedBroker) -> None:
    everyone_else = [login for login in town.logins(b"secret") if login.username == "rivermouth-phones"]
    with pytest.raises(ValueError, match="No login may publish on"):
        life = TownLife(town, NOON - timedelta(hours=1))
        run(life, f"mqtt://127.0.0.1:{town_broker.port}", everyone_else, lambda: NOON, Event())


def test_a_missing_broker_is_said_at_the_start(town: Town) -> None:
    with pytest.raises(OSError, match="refused"):
        run(TownLife(town, NOON), "mqtt://127.0.0.1:1", town.logins(b"secret"), lambda: NOON, Event())
