"""Real `streets` processes, their log, and what a test takes away from them."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import Any

import psycopg

STREETS = Path(sys.executable).with_name("streets")
WITHIN_S = 120.0


class Process:
    """A process that has begun."""

    def __init__(self, child: subprocess.Popen[bytes], log: Path) -> None:
        self.child = child
        self._log = log

    @property
    def text(self) -> str:
        """Everything it wrote to stderr."""
        return self._log.read_text()

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Its log, which must be a JSON object a line."""
        return [json.loads(line) for line in self.text.splitlines()]

    def says(self, words: str) -> None:
        """Return when it has said these words."""
        until(lambda: words in self.text, f"{words!r} in {self.text}")

    def told_to_stop(self) -> int:
        """Its exit code; it must end within 5 s of SIGTERM."""
        self.child.send_signal(signal.SIGTERM)
        return self.child.wait(timeout=5)


@contextmanager
def process(folder: Path, database_url: str, mqtt_url: str, *arguments: str) -> Iterator[Process]:
    """`streets ARGUMENTS` with these servers; killed at the end if it still runs."""
    env = {
        "STREETS_DATABASE_URL": database_url,
        "STREETS_MQTT_URL": mqtt_url,
        "STREETS_SECRET_KEY": token_hex(32),
    }
    log = folder / f"{token_hex(4)}.log"
    with log.open("w") as words:
        child = subprocess.Popen([STREETS, *arguments], stderr=words, env=os.environ | env)
    try:
        yield Process(child, log)
    finally:
        child.kill()
        child.wait()


def until(true: Callable[[], object], what: object) -> None:
    """Return when it is true."""
    deadline = time.monotonic() + WITHIN_S
    while not true():
        assert time.monotonic() < deadline, f"not within {WITHIN_S:.0f} s: {what}"
        time.sleep(0.05)


@contextmanager
def locked(database_url: str, table: str) -> Iterator[None]:
    """Nobody else can read or write the table."""
    with psycopg.connect(database_url) as conn:
        conn.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield


@contextmanager
def closed(database_url: str) -> Iterator[None]:
    """The database lets nobody in, and has thrown out who was in."""
    name = database_url.rpartition("/")[2]
    with psycopg.connect(database_url.replace(f"/{name}", "/postgres"), autocommit=True) as server:
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        try:
            yield
        finally:
            server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


def waiting_for_locks(database_url: str, at_least: int = 1) -> None:
    """Return when so many sessions wait for a lock."""
    query = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    with psycopg.connect(database_url, autocommit=True) as conn:
        until(lambda: conn.execute(query).fetchone()[0] >= at_least, query)  # type: ignore[index]
