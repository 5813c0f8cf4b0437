"""The town as it happens: every device publishes through the broker, QoS 1, on the connection that is its own."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from threading import Event
from typing import Any

from paho.mqtt.client import Client, ConnectFlags, MQTTMessageInfo, MQTTv311, topic_matches_sub
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from simulators.crews import Crews
from simulators.history import TownLife
from simulators.publisher import host_and_port
from simulators.town import Login

LOG = logging.getLogger(__name__)
PATIENCE_S = 3.0
LONGEST_NAP_S = 0.2
"""The clock may run faster than the real one, so it is asked this often."""
WAITING_FOR_BROKER = 20_000
"""Messages kept by a connection while the broker is away; more are refused by the client, as a device would lose them."""


def run(
    life: TownLife,
    mqtt_url: str,
    logins: Iterable[Login],
    clock: Callable[[], datetime],
    stop: Event,
    crews: Crews | None = None,
) -> None:
    """Publish the town's messages at their time by `clock`, until `stop` is set, and let its crews go their rounds.

    Connections come back by themselves when the broker was away. Raises OSError when the broker cannot be reached at
    the start, and ValueError for a topic that no login may publish.
    """
    connections = Connections(mqtt_url, logins)
    try:
        connections.open()
        live(life, connections.publish, clock, stop, crews)
    finally:
        connections.close()
        if crews:
            crews.close()


def live(
    life: TownLife,
    publish: Callable[[str, bytes], None],
    clock: Callable[[], datetime],
    stop: Event,
    crews: Crews | None = None,
) -> None:
    """Hand each message to `publish` when the clock has come to its time, until `stop` is set; crews act at theirs."""
    while not stop.is_set():
        now = clock()
        until = min(now, crews.next_at) if crews else now
        for topic, message, _ in life.until(until):
            if stop.is_set():
                return
            publish(topic, message)
        if crews and crews.next_at <= now:
            crews.act()
        else:
            stop.wait(LONGEST_NAP_S)


class Connections:
    """One MQTT connection per login; a message goes by the login that may publish on its topic."""

    def __init__(self, mqtt_url: str, logins: Iterable[Login]) -> None:
        self.host, self.port = host_and_port(mqtt_url)
        self.clients = {login: _client(login, tls=mqtt_url.startswith("mqtts:")) for login in logins}
        self.by_topic: dict[str, Client] = {}
        self.last_sent: dict[Client, MQTTMessageInfo] = {}

    def open(self) -> None:
        """Connect every login. Raises OSError when the broker is not there."""
        for client in self.clients.values():
            client.connect(self.host, self.port)
            client.loop_start()

    def publish(self, topic: str, message: bytes) -> None:
        """Publish with QoS 1; while the broker is away the message waits for it."""
        client = self.by_topic.get(topic)
        if client is None:
            client = self.by_topic[topic] = self._client_for(topic)
        self.last_sent[client] = client.publish(topic, message, qos=1)

    def close(self) -> None:
        """Disconnect every login, when the broker has acknowledged what it was sent."""
        for client, sent in self.last_sent.items():
            if client.is_connected() and sent.rc == MQTTErrorCode.MQTT_ERR_SUCCESS:
                sent.wait_for_publish(PATIENCE_S)
        for client in self.clients.values():
            client.disconnect()
            client.loop_stop()

    def _client_for(self, topic: str) -> Client:
        for login, client in self.clients.items():
            if any(topic_matches_sub(allowed, topic) for allowed in login.topics):
                return client
        raise ValueError(f"No login may publish on {topic}")


def _client(login: Login, tls: bool) -> Client:
    client = Client(CallbackAPIVersion.VERSION2, client_id=f"simulated-{login.username.replace('/', '-')}", protocol=MQTTv311)
    client.username_pw_set(login.username, login.password)
    if tls:
        client.tls_set()
    client.reconnect_delay_set(min_delay=1, max_delay=10)
    client.max_queued_messages_set(WAITING_FOR_BROKER)
    client.on_connect = _say_refusal
    return client


def _say_refusal(client: Client, _: Any, __: ConnectFlags, reason: ReasonCode, ___: Properties | None) -> None:
    if reason.is_failure:
        LOG.error("The broker refuses %s: %s", client.username, reason)
