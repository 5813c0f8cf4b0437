"""Real servers for tests: a PostgreSQL whose migrated template every test gets a copy of, and a broker.

A missing server fails the run. Five things may be absent, and the summary then says aloud what did not run: recorded data
(marker `shared_data`), a PostgreSQL with TimescaleDB (`timescale`), an OSRM server (`osrm`), Mosquitto (`mosquitto`), and the
fuzzer (`fuzzer`), which is made for Linux on x86-64 only.
"""

import inspect
import os
import pwd
import secrets
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from hypothesis import settings as hypothesis_settings

from cli.embedded.broker import EmbeddedBroker
from cli.embedded.broker_config import BrokerUser
from cli.embedded.child import claim_port, spawn, stop, wait_until
from cli.embedded.postgres import EmbeddedPostgres
from streets.settings import Settings, settings_of
from streets.store.database import Database
from streets.store.migrate import migrate

pytest_plugins = ("browsing",)

# A first page, whose template is still to be read, takes a busy machine longer than the five seconds that httpx waits unless it
# is told otherwise. The product's own clients tell it.
PATIENCE: httpx.Timeout = inspect.signature(httpx.get).parameters["timeout"].default
PATIENCE.read = 60

# How long an example takes says more about the machine than about the code.
hypothesis_settings.register_profile("streets", deadline=None)
hypothesis_settings.load_profile("streets")

ROOT = Path(__file__).parent.parent
SHARED_DATA = Path(os.environ.get("STREETS_SHARED_DATA", ROOT / "../shared/data"))
SUPERUSER = "postgres"
# Debian puts it where only root's PATH looks.
MOSQUITTO = shutil.which("mosquitto", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin")
MEMORY = Path("/dev/shm")  # noqa: S108 - the folders in it have random names
# Two workers with two servers each, none of which keeps more of its log than BOUNDED says.
ROOM_BYTES = 4 << 30
BOUNDED = {"max_wal_size": "256MB"}
# No background workers: their launcher connects to the template, which then cannot be copied.
TIMESCALE_PARAMETERS = {
    "shared_preload_libraries": "timescaledb",
    "timescaledb.max_background_workers": "0",
    "timescaledb.telemetry_level": "off",
}


def timescale_binaries() -> Path | None:
    """The programs of this machine's PostgreSQL, where it has TimescaleDB."""
    pg_config = shutil.which("pg_config")
    if pg_config is None:
        return None

    def told(what: str) -> Path:
        return Path(subprocess.run([pg_config, what], capture_output=True, text=True, check=True).stdout.strip())

    installed = (told("--sharedir") / "extension" / "timescaledb.control").exists() and (told("--bindir") / "initdb").exists()
    return told("--bindir") if installed else None


def absences() -> dict[str, str]:
    """The markers whose tests cannot run here, with why."""
    absent = {}
    if not SHARED_DATA.is_dir():
        absent["shared_data"] = "no recorded data was found"
    if not os.environ.get("STREETS_TEST_DATABASE_URL") and timescale_binaries() is None:
        absent["timescale"] = "no TimescaleDB was found"
    if not os.environ.get("STREETS_TEST_OSRM_URL"):
        absent["osrm"] = "no OSRM server was named by STREETS_TEST_OSRM_URL"
    if MOSQUITTO is None:
        absent["mosquitto"] = "no Mosquitto was found"
    if find_spec("atheris") is None:
        absent["fuzzer"] = "no fuzzer is made for this machine"
    return absent


ABSENT = absences()
DID_NOT_RUN = pytest.StashKey[dict[str, int]]()


def pytest_configure(config: pytest.Config) -> None:
    """Begin counting what does not run."""
    config.stash[DID_NOT_RUN] = {}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what cannot run here, and count it for the summary."""
    left_out = []
    for item in items:
        whys = [why for marker, why in ABSENT.items() if item.get_closest_marker(marker)]
        if whys:
            left_out.append(item)
            config.stash[DID_NOT_RUN][whys[0]] = config.stash[DID_NOT_RUN].get(whys[0], 0) + 1
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker of pytest-xdist hands its count to the process that writes the summary; every worker counts the same tests."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["did_not_run"] = session.config.stash[DID_NOT_RUN]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over the count of a worker that has ended."""
    node.config.stash[DID_NOT_RUN] = getattr(node, "workeroutput", {}).get("did_not_run", {})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say aloud what did not run."""
    for why, tests in config.stash[DID_NOT_RUN].items():
        terminalreporter.write_line(f"{why}: {tests} tests did not run", yellow=True, bold=True)


class Databases:
    """A server with a migrated template, and copies of it."""

    def __init__(self, server_url: str) -> None:
        self._server_url = server_url
        self._template = self._create()
        migrate(self._template)

    def _create(self, template: str = "template1") -> str:
        name = f"streets_test_{secrets.token_hex(6)}"
        with psycopg.connect(self._server_url, autocommit=True) as conn:
            conn.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return urlsplit(self._server_url)._replace(path=f"/{name}").geturl()

    def drop(self, url: str) -> None:
        """Remove a copy, whoever is still connected."""
        with psycopg.connect(self._server_url, autocommit=True) as conn:
            conn.execute(f"DROP DATABASE {urlsplit(url).path[1:]} WITH (FORCE)")

    @contextmanager
    def copy(self) -> Iterator[str]:
        """The URL of a copy of the template, removed at the end."""
        url = self._create(template=urlsplit(self._template).path[1:])
        yield url
        self.drop(url)

    @contextmanager
    def empty(self) -> Iterator[str]:
        """The URL of a database without any migration, removed at the end."""
        url = self._create()
        yield url
        self.drop(url)

    def close(self) -> None:
        """Remove the template."""
        self.drop(self._template)


def roomy_memory() -> bool:
    """Whether this machine has a folder in memory with room for the servers' data, that programs may be run from."""
    if not MEMORY.is_dir():
        return False
    told = os.statvfs(MEMORY)
    return told.f_bavail * told.f_frsize >= ROOM_BYTES and not told.f_flag & os.ST_NOEXEC


@contextmanager
def server_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for the data of a PostgreSQL, removed at the end; in memory where there is room, for the data is small but many
    files: each copy of the template is some hundred, and a disk's file system takes ten times as long to make and remove them.

    Its unprivileged user may enter it, which it may not with pytest's own folders.
    """
    parent = MEMORY if roomy_memory() else Path("/var/tmp") if os.geteuid() == 0 else tmp_path_factory.mktemp("server")  # noqa: S108
    folder = parent / f"streets-tests-{secrets.token_hex(6)}"
    folder.mkdir(mode=0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of recorded data. Mark the test `shared_data`."""
    return SHARED_DATA


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """The embedded PostgreSQL, running."""
    with server_folder(tmp_path_factory) as folder:
        server = EmbeddedPostgres(folder, durable=False, parameters=BOUNDED)
        try:
            server.start()
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def databases(postgres: EmbeddedPostgres) -> Iterator[Databases]:
    """Plain PostgreSQL, migrated."""
    made = Databases(postgres.url("postgres"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def timescale_databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """PostgreSQL with TimescaleDB, migrated: the one of STREETS_TEST_DATABASE_URL, or a cluster of this machine's own."""
    given = os.environ.get("STREETS_TEST_DATABASE_URL")
    if given:
        made = Databases(given)
        yield made
        made.close()
        return
    with server_folder(tmp_path_factory) as folder:
        parameters = BOUNDED | TIMESCALE_PARAMETERS
        server = EmbeddedPostgres(folder, durable=False, binaries=timescale_binaries(), parameters=parameters)
        try:
            server.start()
            yield Databases(server.url("postgres"))
        finally:
            server.stop()


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """A fresh migrated database on plain PostgreSQL, as its owner."""
    with databases.copy() as url:
        yield url


@pytest.fixture
def empty_database_url(databases: Databases) -> Iterator[str]:
    """A fresh database without any table."""
    with databases.empty() as url:
        yield url


@pytest.fixture
def timescale_url(timescale_databases: Databases) -> Iterator[str]:
    """A fresh migrated database with TimescaleDB, as its owner. Mark the test `timescale`."""
    with timescale_databases.copy() as url:
        yield url


@pytest.fixture
def open_database(database_url: str) -> Iterator[Callable[[str], Database]]:
    """Opens the test's database as one of the roles (streets_ingest, streets_jobs …), to act with that role's rights only."""
    opened: list[Database] = []

    def as_role(role: str) -> Database:
        opened.append(Database(database_url, role, size=2))
        opened[-1].open()
        return opened[-1]

    yield as_role
    for each in opened:
        each.close()


@pytest.fixture
def database(open_database: Callable[[str], Database]) -> Database:
    """The test's database as its owner, who may write anything a test needs."""
    return open_database(SUPERUSER)


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedBroker]:
    """The broker, running; user `everyone` may do everything. `broker.admit([BrokerUser(…)])` lets more users in.

    Sessions last as long as the test run: use a client id and topics of your own.
    """
    everyone = BrokerUser("everyone", publish=("#",), subscribe=("#",))
    server = EmbeddedBroker(tmp_path_factory.mktemp("broker"), [everyone], durable=False)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def settings(database_url: str, broker: EmbeddedBroker) -> Settings:
    """Settings that name the test's database and broker."""
    return settings_of(
        {
            "STREETS_DATABASE_URL": database_url,
            "STREETS_MQTT_URL": broker.url("everyone"),
            "STREETS_SECRET_KEY": secrets.token_hex(32),
        }
    )


@pytest.fixture
def mosquitto_url(tmp_path: Path) -> Iterator[str]:
    """Mosquitto, running by docs/mosquitto.conf. Mark the test `mosquitto`."""
    port = claim_port(0, "mosquitto")
    config, log = tmp_path / "mosquitto.conf", tmp_path / "log"
    user = pwd.getpwuid(os.geteuid()).pw_name
    here = f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence_location {tmp_path}/\nuser {user}\n"
    config.write_text((ROOT / "docs/mosquitto.conf").read_text() + here)
    process = spawn([str(MOSQUITTO), "-c", config], log, signal.SIGTERM)
    try:
        wait_until(lambda: "running" in log.read_text(), process, "mosquitto", log)
        yield f"mqtt://127.0.0.1:{port}"
    finally:
        stop(process, signal.SIGTERM, 10)
