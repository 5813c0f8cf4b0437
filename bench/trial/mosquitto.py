"""Mosquitto by docs/mosquitto.conf, so that it keeps what it can, as a broker of a trial."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
from pathlib import Path

from cli.embedded.child import LOOPBACK, EmbeddedError, claim_port, own_folder, spawn, stop, wait_until

# Debian puts it where only root's PATH looks.
BINARY = shutil.which("mosquitto", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin")
# What it acknowledged is in its memory alone until it saves, a second later at best: that goes with a SIGKILL.
KEEPS = Path(__file__).parents[2] / "docs/mosquitto.conf"


class Mosquitto:
    """One broker in a folder; the folder keeps sessions and messages between runs."""

    def __init__(self, folder: Path) -> None:
        """Start nothing yet."""
        self.folder = folder
        self.port = 0
        self.log = folder / "mosquitto.log"
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def process_id(self) -> int | None:
        """Of the running broker."""
        return self._child.pid if self._child else None

    def url(self, _user: str) -> str:
        """How anybody reaches the broker."""
        return f"mqtt://{LOOPBACK}:{self.port}"

    def start(self) -> str:
        """Start. Raises EmbeddedError."""
        if BINARY is None:
            raise EmbeddedError("Mosquitto is not installed: install it, or use --broker nats")
        own_folder(self.folder)
        self.port = claim_port(self.port, "the broker")
        config = self.folder / "mosquitto.conf"
        user = pwd.getpwuid(os.geteuid()).pw_name
        here = f"listener {self.port} {LOOPBACK}\nallow_anonymous true\npersistence_location {self.folder}/\nuser {user}\n"
        config.write_text(KEEPS.read_text() + here)
        self._child = spawn([BINARY, "-c", config], self.log, signal.SIGTERM)
        wait_until(self._listens, self._child, "Mosquitto", self.log)
        return self.url("")

    def stop(self) -> None:
        """End the broker; what it holds stays in the folder."""
        if self._child is not None:
            stop(self._child, signal.SIGTERM, 10.0)
            self._child = None

    def _listens(self) -> bool:
        with socket.socket() as caller:
            return caller.connect_ex((LOOPBACK, self.port)) == 0
