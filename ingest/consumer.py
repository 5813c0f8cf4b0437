"""The broker's side of ingest, and the only file that holds the broker.

A persistent session under a fixed name, QoS 1, and each message acknowledged only after the transaction that keeps it was
committed: the broker hands over again whatever was not acknowledged. One thread reads, keeps and acknowledges in turn, so
what is in flight is what the broker allows (nats: max_ack_pending), or WAITING_AT_MOST, whichever is less.
"""

import logging
import time
from itertools import count
from threading import Event
from typing import Any

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from ingest.batch import keep_messages
from ingest.figures import Figures
from ingest.logbook import say_refused, say_slow
from ingest.outcome import Message
from ingest.registry import Registry
from ingest.tally import Tally
from streets import clock
from streets.broker import address_of
from streets.settings import Settings
from streets.store.database import Database, DatabaseAway, DatabaseError

# nats-server counts a filter that ends in # twice against the 65,535 messages that one session may have in flight.
TOPICS = (
    "v3/+/devices/+/up",
    "v3/+/devices/+/join",
    "application/+/device/+/event/+",
    "loriot/+/uplink",
    "streets/v1/#",
)
BATCH = 2_000
FLUSH_AFTER_S = 0.2
WAITING_AT_MOST = 20_000
REFRESH_AFTER_S = 30.0
KEEPALIVE_S = 30
TICK_S = 0.05
QUIET_S = 0.02
FIRST_WAIT_S = 0.2
LONGEST_WAIT_S = 5.0
DATABASE_WAIT_S = 2.0

log = logging.getLogger(__name__)


class BrokerRefusedError(ConnectionError):
    """The broker does not let ingest in, or not read a topic; the message says which."""


class Consumer:
    """One process's way from the broker into the store. `listening` is set while every topic is subscribed to.

    `figures` tell how it fares; another thread may read them.
    """

    def __init__(self, settings: Settings, db: Database, client_id: str = "streets-ingest") -> None:
        """Connect to nothing yet. `client_id` names the session that the broker keeps messages for: one process each."""
        self.listening = Event()
        self.figures = Figures()
        self._broker = address_of(settings.mqtt_url)
        self._db = db
        self._registry = Registry()
        self._refresh_at = time.monotonic()
        # By packet identifier, so that a message handed over again replaces itself; QoS 0 has none, and gets a negative one.
        self._waiting: dict[int, Message] = {}
        self._taken: dict[int, float] = {}
        self._without_identifier = count(-1, -1)
        self._keep_at = float("inf")
        self._refused: str | None = None
        self._client = self._mqtt_client(client_id)

    def run(self, stop: Event) -> None:
        """Keep messages until `stop` is set; then keep and acknowledge what is at hand, and leave the session to the broker.

        Raises BrokerRefusedError when the broker refuses the user or a topic; everything else is waited out.
        """
        wait_s = FIRST_WAIT_S
        while not stop.is_set():
            if self._client.is_connected() or self._connect(stop):
                wait_s = FIRST_WAIT_S
                self._listen()
                if self._is_due():
                    self._keep(stop)
            else:
                stop.wait(wait_s)
                wait_s = min(2 * wait_s, LONGEST_WAIT_S)
            if self._refused:
                raise BrokerRefusedError(self._refused)
        self._keep(stop)
        self._client.disconnect()

    def _listen(self) -> None:
        """Take what comes in a moment. When nothing does, what waits is due: the broker may be waiting for acknowledgements."""
        before = len(self._waiting)
        self._look(QUIET_S if before else TICK_S)
        if len(self._waiting) == before:
            self._keep_at = time.monotonic()
            if not before and self.listening.is_set():
                self.figures.caught_up(clock.now())

    def _look(self, seconds: float) -> None:
        self._client.loop(seconds)
        self._tell_turn()

    def _tell_turn(self) -> None:
        self.figures.turned(len(self._waiting), next(iter(self._taken.values()), None), time.monotonic())

    def _is_due(self) -> bool:
        return len(self._waiting) >= BATCH or (bool(self._waiting) and time.monotonic() >= self._keep_at)

    def _mqtt_client(self, client_id: str) -> Client:
        client = Client(CallbackAPIVersion.VERSION2, client_id, clean_session=False, protocol=MQTTv311, manual_ack=True)
        if self._broker.username:
            client.username_pw_set(self._broker.username, self._broker.password)
        if self._broker.tls:
            client.tls_set()
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        return client

    def _connect(self, stop: Event) -> bool:
        """Try once; whether the broker let us in."""
        try:
            self._client.connect(self._broker.host, self._broker.port, KEEPALIVE_S)
        except OSError as error:
            log.warning("the broker cannot be reached: %s", error)
            return False
        until = time.monotonic() + LONGEST_WAIT_S
        while not self._client.is_connected() and time.monotonic() < until and not stop.is_set():
            if self._client.loop(TICK_S) != MQTTErrorCode.MQTT_ERR_SUCCESS:
                return False
        return self._client.is_connected()

    def _on_connect(self, client: Client, _data: Any, _flags: ConnectFlags, reason: ReasonCode, _more: Properties | None) -> None:
        if reason == "Server unavailable":
            log.warning("the broker is not available yet")
        elif reason.is_failure:
            self._refused = f"The broker says: {reason}. Check the user and the password in STREETS_MQTT_URL."
        else:
            client.subscribe([(topic, 1) for topic in TOPICS])

    def _on_subscribe(self, _client: Client, _data: Any, _mid: int, reasons: list[ReasonCode], _more: Properties | None) -> None:
        refused = [topic for topic, reason in zip(TOPICS, reasons, strict=True) if reason.value != 1]
        if refused:
            self._refused = f"The broker does not give {', '.join(refused)} at QoS 1. Let this user read them."
            return
        self.listening.set()
        self.figures.online()
        log.info("listening to %s", ", ".join(TOPICS))

    def _on_disconnect(
        self, _client: Client, _data: Any, _flags: DisconnectFlags, reason: ReasonCode, _more: Properties | None
    ) -> None:
        """Forget what will be handed over again; of what came with QoS 0 there is no other copy."""
        self.listening.clear()
        self.figures.offline()
        self._waiting = {mid: message for mid, message in self._waiting.items() if mid < 0}
        self._taken = {mid: taken for mid, taken in self._taken.items() if mid < 0}
        self._tell_turn()
        log.info("the connection to the broker has ended: %s", reason)

    def _on_message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError as error:
            topic = error.object.decode(errors="backslashreplace")
        if not self._waiting:
            self._keep_at = time.monotonic() + FLUSH_AFTER_S
        mid = message.mid if message.qos else next(self._without_identifier)
        self._waiting[mid] = Message(topic, bytes(message.payload), clock.now())
        self._taken[mid] = time.monotonic()

    def _keep(self, stop: Event) -> None:
        """Keep what waits, then acknowledge it; while the database is away, wait with it and listen on."""
        wait_s = FIRST_WAIT_S
        while self._waiting:
            batch = dict(self._waiting)
            began = time.monotonic()
            try:
                tally = self._store(list(batch.values()))
            except (DatabaseAway, DatabaseError) as error:
                self.figures.database_waited()
                log.warning("%d messages wait for the database: %s", len(batch), error.__cause__ or error)
                if stop.is_set():
                    return
                self._listen_for(wait_s, stop)
                wait_s = min(2 * wait_s, LONGEST_WAIT_S)
            else:
                self._note(tally, len(batch), began)
                self._acknowledge(batch)
                return

    def _note(self, tally: Tally, messages: int, began: float) -> None:
        commit_s = time.monotonic() - began
        self.figures.kept(tally, messages, commit_s, clock.now())
        say_slow(messages, commit_s)
        say_refused(tally.refusals)

    def _store(self, messages: list[Message]) -> Tally:
        if time.monotonic() >= self._refresh_at:
            with self._db.transaction(DATABASE_WAIT_S) as conn:
                self._registry.refresh(conn)
            self._refresh_at = time.monotonic() + REFRESH_AFTER_S
        return keep_messages(self._db, self._registry, messages, DATABASE_WAIT_S)

    def _listen_for(self, seconds: float, stop: Event) -> None:
        """Stay connected; when too much waits, read no more: the broker keeps it, and may end the connection."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and self._client.is_connected() and not stop.is_set():
            if len(self._waiting) < WAITING_AT_MOST:
                self._look(TICK_S)
            else:
                self._tell_turn()
                stop.wait(TICK_S)

    def _acknowledge(self, kept: dict[int, Message]) -> None:
        self._keep_at = time.monotonic()
        taken = [self._taken.pop(mid) for mid in kept if self._waiting.pop(mid, None)]
        for mid in kept:
            if mid > 0:
                self._client.ack(mid, 1)
        self.figures.acknowledged(taken, time.monotonic())
        self._tell_turn()
