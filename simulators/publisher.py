"""One connection that publishes with QoS 1 and knows what the broker has confirmed."""

import time
from collections.abc import Callable
from threading import Condition
from types import TracebackType
from typing import Any
from urllib.parse import unquote, urlsplit

from paho.mqtt.client import Client, ConnectFlags, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

UNCONFIRMED_AT_MOST = 1_000
PATIENCE_S = 20.0
"""So long the broker may confirm nothing: its own restart fits in, and the connection comes back by itself."""


class PublishingError(ConnectionError):
    """The broker is not there, refuses us or has stopped confirming; the message says which, in one line."""


def host_and_port(mqtt_url: str) -> tuple[str, int]:
    """Where the broker of an mqtt:// or mqtts:// URL is; without a port, on MQTT's own."""
    address = urlsplit(mqtt_url)
    return address.hostname or "127.0.0.1", address.port or (8883 if address.scheme == "mqtts" else 1883)


class Publisher:
    """A connection to the broker of an mqtt:// or mqtts:// URL, as a context.

    A broker acknowledges what its rules forbid and drops it (MQTT 3.1.1 has no word for that): `confirmed` is what the
    broker took, and the login must be one that may publish on the topics.
    """

    def __init__(self, mqtt_url: str) -> None:
        """Connect to nothing yet."""
        address = urlsplit(mqtt_url)
        self._address = host_and_port(mqtt_url)
        self._changed = Condition()
        self._let_in = False
        self._refusal: str | None = None
        self.sent = 0
        self.confirmed = 0
        self._client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTv311)
        self._client.max_inflight_messages_set(UNCONFIRMED_AT_MOST)
        if address.username:
            self._client.username_pw_set(unquote(address.username), unquote(address.password or ""))
        if address.scheme == "mqtts":
            self._client.tls_set()
        self._client.on_connect = self._on_connect
        self._client.on_publish = self._on_publish

    def __enter__(self) -> "Publisher":
        """Connect. Raises PublishingError."""
        host, port = self._address
        try:
            self._client.connect(host, port)
        except OSError as error:
            raise PublishingError(f"the broker at {host}:{port} cannot be reached: {error.strerror or error}") from error
        self._client.loop_start()
        try:
            self._wait_until(lambda: self._let_in)
        except BaseException:
            self._client.loop_stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Disconnect, whatever is unconfirmed."""
        self._client.disconnect()
        self._client.loop_stop()

    def send(self, topic: str, message: bytes) -> None:
        """Publish; wait while too much is unconfirmed. Raises PublishingError, and ValueError for a topic that cannot be."""
        self._wait_until(lambda: self.sent - self.confirmed < UNCONFIRMED_AT_MOST)
        self._client.publish(topic, message, qos=1)
        self.sent += 1

    def settle(self) -> None:
        """Wait until everything sent is confirmed. Raises PublishingError."""
        self._wait_until(lambda: self.confirmed == self.sent)

    def _wait_until(self, true: Callable[[], bool]) -> None:
        """Wait for `true()`, with patience for as long as confirmations go on coming."""
        with self._changed:
            while not true():
                before, until = self.confirmed, time.monotonic() + PATIENCE_S
                while self.confirmed == before and not true():
                    left_s = until - time.monotonic()
                    if self._refusal or left_s <= 0:
                        host, port = self._address
                        raise PublishingError(f"the broker at {host}:{port} {self._refusal or 'does not answer any more'}")
                    self._changed.wait(left_s)

    def _on_connect(self, _client: Client, _data: Any, _flags: ConnectFlags, reason: ReasonCode, _: Properties | None) -> None:
        with self._changed:
            self._let_in = not reason.is_failure
            self._refusal = f"refuses the user: {reason}" if reason.is_failure else None
            self._changed.notify_all()

    def _on_publish(self, _client: Client, _data: Any, _mid: int, _reason: ReasonCode, _: Properties | None) -> None:
        with self._changed:
            self.confirmed += 1
            self._changed.notify_all()
