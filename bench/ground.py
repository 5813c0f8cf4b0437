"""What a benchmark of ingest stands on: a PostgreSQL, a broker, and `streets ingest` processes as users run them."""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from bench import wire
from bench.arrivals import council, register
from cli.embedded.broker import EmbeddedBroker
from cli.embedded.broker_config import BrokerUser
from cli.embedded.child import LOOPBACK, EmbeddedError, claim_port, last_words, own_folder, spawn, stop, wait_until
from cli.embedded.postgres import EmbeddedPostgres
from streets.store.migrate import migrate

MOSQUITTO = shutil.which("mosquitto", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin")
MOSQUITTO_CONFIG = Path(__file__).parent.parent / "docs/mosquitto.conf"
BROKERS = ("nats", "mosquitto")
GRACE_S = 10.0


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process has used: seconds of CPU, and its greatest resident memory in MB."""

    cpu_s: float
    rss_mb: float


class Ground:
    """One database server and one broker for the whole benchmark; a fresh database for every part of it."""

    def __init__(self, broker: str, processes: int, durable: bool = False) -> None:
        """Start nothing yet. `durable` has nats-server flush to disk before it acknowledges."""
        self._durable = durable
        self.broker_url = ""
        self._broker = broker
        self._processes = processes
        self._held = ExitStack()
        self._server_url = ""
        self._template = ""
        self._folder = Path()

    def __enter__(self) -> Self:
        """Start the servers and prepare the database. Raises EmbeddedError."""
        # PostgreSQL, where we are root, runs as a user who cannot enter temporary folders of ours.
        self._folder = own_folder(Path(tempfile.gettempdir()) / f"streets-bench-{secrets.token_hex(4)}")
        self._held.callback(shutil.rmtree, self._folder)
        self._server_url = os.environ.get("STREETS_DATABASE_URL") or self._embedded_postgres()
        self.broker_url = self._nats() if self._broker == "nats" else self._mosquitto()
        self._template = self._held.enter_context(self._database("template1"))
        migrate(self._template)
        register(self._template, self._processes)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop and remove everything."""
        self._held.close()

    @contextmanager
    def database(self) -> Iterator[str]:
        """A fresh database with the devices, as its owner; removed at the end."""
        with self._database(urlsplit(self._template).path[1:]) as url:
            yield url

    @contextmanager
    def ingest(self, database_url: str) -> Iterator["Ingest"]:
        """The ingest processes, reading; stopped at the end. Raises EmbeddedError."""
        running = Ingest(self._folder, self._environments(database_url))
        try:
            yield running
        finally:
            running.stop()

    def forget_sessions(self) -> None:
        """Have the broker forget the ingest processes, which must have ended, and what waits for them."""
        for client_id in self._client_ids():
            wire.forget(self.broker_url, client_id)

    def _client_ids(self) -> list[str]:
        return [f"streets-ingest-{n + 1}" for n in range(self._processes)]

    def _environments(self, database_url: str) -> dict[str, dict[str, str]]:
        """What each process is told. Several share a subscription, or, where the broker has none, the councils."""
        told = {**os.environ, "STREETS_DATABASE_URL": database_url, "STREETS_MQTT_URL": self.broker_url}
        told["STREETS_SECRET_KEY"] = secrets.token_hex(32)
        if self._processes > 1 and self._broker == "mosquitto":
            told["STREETS_INGEST_GROUP"] = "bench"
        environments = {client_id: dict(told) for client_id in self._client_ids()}
        if self._processes > 1 and self._broker == "nats":
            for number, environment in enumerate(environments.values()):
                others = "v3/+/devices/+/up application/+/device/+/event/+ " if number == 0 else ""
                environment["STREETS_INGEST_TOPICS"] = f"{others}streets/v1/{council(number)}/#"
        return environments

    def _embedded_postgres(self) -> str:
        server = EmbeddedPostgres(self._folder / "postgres")
        self._held.callback(server.stop)
        server.start()
        return server.url("postgres")

    def _nats(self) -> str:
        everyone = BrokerUser("everyone", publish=("#",), subscribe=("#",))
        server = EmbeddedBroker(self._folder / "broker", [everyone], durable=self._durable)
        self._held.callback(server.stop)
        return server.start()

    def _mosquitto(self) -> str:
        if MOSQUITTO is None:
            raise SystemExit("mosquitto is not installed here")
        folder, port = own_folder(self._folder / "mosquitto"), claim_port(0, "mosquitto")
        config, log = folder / "mosquitto.conf", folder / "mosquitto.log"
        user = pwd.getpwuid(os.geteuid()).pw_name
        here = f"listener {port} {LOOPBACK}\nallow_anonymous true\npersistence_location {folder}/\nuser {user}\n"
        config.write_text(MOSQUITTO_CONFIG.read_text() + here)
        child = spawn([MOSQUITTO, "-c", config], log, signal.SIGTERM)
        self._held.callback(stop, child, signal.SIGTERM, GRACE_S)
        url = f"mqtt://{LOOPBACK}:{port}"
        wait_until(lambda: _lets_in(url), child, "mosquitto", log)
        return url

    @contextmanager
    def _database(self, template: str) -> Iterator[str]:
        name = f"streets_bench_{secrets.token_hex(4)}"
        with psycopg.connect(self._server_url, autocommit=True) as conn:
            conn.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
            try:
                yield urlsplit(self._server_url)._replace(path=f"/{name}").geturl()
            finally:
                conn.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


class Ingest:
    """The `streets ingest` processes, each with a session of its own."""

    def __init__(self, folder: Path, environments: dict[str, dict[str, str]]) -> None:
        """Start them, and wait until each is listening. Raises EmbeddedError."""
        self._children: list[subprocess.Popen[bytes]] = []
        self._logs = logs = [folder / f"{client_id}.log" for client_id in environments]
        for (client_id, environment), log in zip(environments.items(), logs, strict=True):
            command = [sys.executable, "-P", "-m", "cli", "ingest", "--client-id", client_id]
            self._children.append(spawn(command, log, signal.SIGKILL, env=environment))
        for child, log in zip(self._children, logs, strict=True):
            wait_until(lambda log=log: "listening to" in log.read_text(), child, f"ingest ({last_words(log)})", log)  # type: ignore[misc]

    def usage(self) -> Usage:
        """The CPU of all of them together, and the memory of the largest. Raises EmbeddedError where one has ended."""
        for child, log in zip(self._children, self._logs, strict=True):
            if child.poll() is not None:
                raise EmbeddedError(f"ingest ended by itself: {last_words(log)}")
        used = [_usage(child.pid) for child in self._children]
        return Usage(sum(each.cpu_s for each in used), max(each.rss_mb for each in used))

    def stop(self) -> None:
        """End them as a user would."""
        for child in self._children:
            stop(child, signal.SIGTERM, GRACE_S)


def _usage(process_id: int) -> Usage:
    status = Path(f"/proc/{process_id}/status").read_text()
    times = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    peak_kb = int(status.partition("VmHWM:")[2].split()[0])
    return Usage((int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK"), peak_kb / 1024)


def _lets_in(url: str) -> bool:
    try:
        wire.forget(url, "here")
    except OSError:
        return False
    return True
