"""The processes of a demonstration: started one after the other, watched, and ended together.

Ours rather than a Procfile runner's (honcho, circus, supervisor): none of them ties a child to its parent's death, waits
until one is ready before the next begins, or tells in one line what ended and why.
"""

import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from cli.embedded.child import EmbeddedError, last_words, spawn, stop, wait_until

STOP_WITHIN_S = 6.0


class Server(Protocol):
    """An embedded server: it can be asked whether it ended by itself, and stopped."""

    def failed(self) -> bool:
        """Whether it ended without being asked."""

    def stop(self) -> None:
        """End it."""

    @property
    def log(self) -> Path:
        """Where its words are."""


class Household:
    """Servers and `streets` processes that live and end together."""

    def __init__(self, logs: Path) -> None:
        """Start nothing yet; the words of each process go to a file of its name in `logs`."""
        self._logs = logs
        self._servers: dict[str, Server] = {}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def add(self, name: str, server: Server) -> None:
        """Watch a server that is running, and stop it at the end."""
        self._servers[name] = server

    def run(self, name: str, arguments: list[str], env: Mapping[str, str]) -> None:
        """Start `streets ARGUMENTS`."""
        command = [sys.executable, "-P", "-m", "cli", *arguments]
        # It keeps nothing in memory that matters, so it may go at once with its parent.
        self._processes[name] = spawn(command, self.log(name), signal.SIGKILL, env=dict(env))

    def wait(self, name: str, says: str) -> None:
        """Return when a process has said these words. Raises EmbeddedError where it ends instead."""
        wait_until(lambda: says in self.log(name).read_text(), self._processes[name], name, self.log(name))

    def log(self, name: str) -> Path:
        """Where the words of a process go."""
        return self._logs / f"{name}.log"

    def refuse_deaths(self) -> None:
        """Raises EmbeddedError where any process has ended."""
        for name, server in self._servers.items():
            if server.failed():
                raise EmbeddedError(f"{name} ended by itself: {last_words(server.log)} (all of it: {server.log})")
        for name, process in self._processes.items():
            if (code := process.poll()) is not None:
                how = f"signal {-code}" if code < 0 else f"exit code {code}"
                raise EmbeddedError(f"{name} ended by itself ({how}): {last_words(self.log(name))} (all of it: {self.log(name)})")

    def end(self) -> None:
        """End every process, those that use a server before the server."""
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            stop(process, signal.SIGTERM, STOP_WITHIN_S)
        for server in reversed(self._servers.values()):
            server.stop()
