"""The session with the broker: paho makes the connection and keeps it in order, under a name for which the broker holds messages.

Persistent, QoS 1. What is refused is told to a person; what may pass is tried again by whoever calls.
"""

import logging
from collections.abc import Callable
from threading import Event
from typing import Any

from paho.mqtt.client import ConnectFlags, DisconnectFlags, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from ingest.broker.inbound import Inbound, Reader
from ingest.broker.subscription import Subscription
from streets.broker import Address

KEEPALIVE_S = 30
CONNECT_WITHIN_S = 3.0

log = logging.getLogger(__name__)


class BrokerRefusedError(ConnectionError):
    """The broker does not let ingest in, or not read a topic; the message says which."""


class Session:
    """One name's session. `listening` is set while every filter of the subscription is granted."""

    def __init__(self, broker: Address, subscription: Subscription, began: Callable[[], None], ended: Callable[[], None]) -> None:
        """Connect to nothing yet. `began` is called whenever listening begins, `ended` whenever a connection ends."""
        self.listening = Event()
        self._broker = broker
        self._subscription = subscription
        self._began = began
        self._ended = ended
        self._refused: str | None = None
        self._had_session = False
        self._client = self._made()

    @property
    def inbound(self) -> Inbound | None:
        """The socket, while there is a connection."""
        return self._client.inbound if self._client.socket() is not None else None

    def connect(self) -> None:
        """Try once to make a connection."""
        try:
            self._client.connect(self._broker.host, self._broker.port, KEEPALIVE_S)
        except OSError as error:
            log.warning("the broker cannot be reached: %s", error)

    def attend(self, inbound: Inbound, reading: bool) -> None:
        """Let paho have its packets, and keep the connection alive. Raises BrokerRefusedError."""
        while inbound.has_answers and self.inbound is inbound:
            self._client.loop_read()
            # What paho is asked for while it calls us back, it leaves to be sent.
            self._client.loop_write()
        inbound.keep_alive(reading, self.listening.is_set())
        inbound.flush()
        if self._refused:
            raise BrokerRefusedError(self._refused)

    def leave(self) -> None:
        """End the connection; the broker goes on to hold messages for the session."""
        self._client.disconnect()

    def _made(self) -> Reader:
        version, name = CallbackAPIVersion.VERSION2, self._subscription.client_id
        client = Reader(version, name, clean_session=False, protocol=MQTTv311, manual_ack=True, reconnect_on_failure=False)
        client.connect_timeout = CONNECT_WITHIN_S
        if self._broker.username:
            client.username_pw_set(self._broker.username, self._broker.password)
        if self._broker.tls:
            client.tls_set()
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_disconnect = self._on_disconnect
        return client

    def _on_connect(self, client: Any, _data: Any, flags: ConnectFlags, reason: ReasonCode, _more: Properties | None) -> None:
        if reason == "Server unavailable":
            log.warning("the broker is not available yet")
        elif reason.is_failure:
            self._refused = f"The broker says: {reason}. Check the user and the password in STREETS_MQTT_URL."
        else:
            if self._had_session and not flags.session_present:
                log.error("the broker no longer has our session: what it held for us, and what came meanwhile, is lost")
            client.subscribe([(topic, 1) for topic in self._subscription.filters])
            if self._subscription.given_up:
                client.unsubscribe(list(self._subscription.given_up))

    def _on_subscribe(self, _client: Any, _data: Any, _mid: int, reasons: list[ReasonCode], _more: Properties | None) -> None:
        granted = [reason.value for reason in reasons] + [None] * len(self._subscription.filters)
        refused = [topic for topic, value in zip(self._subscription.filters, granted, strict=False) if value != 1]
        if refused:
            self._refused = self._subscription.refusal(refused)
            return
        self._had_session = True
        self.listening.set()
        self._began()
        log.info("listening to %s", ", ".join(self._subscription.filters))

    def _on_disconnect(
        self, _client: Any, _data: Any, _flags: DisconnectFlags, reason: ReasonCode, _more: Properties | None
    ) -> None:
        self.listening.clear()
        self._ended()
        log.info("the connection to the broker has ended: %s", reason)
