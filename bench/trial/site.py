"""Where a trial takes place: PostgreSQL, a broker and `streets ingest` as a council runs them, with a cable to each server."""

import os
import secrets
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import mkdtemp
from typing import Protocol

from bench.trial.cable import Cable
from bench.trial.disk import Disk, SmallDisk, WriteLimit, children, may_mount
from bench.trial.mosquitto import Mosquitto
from bench.trial.stream import COUNCIL, COUNTERS, SENSORS
from cli.broker import PARTIES
from cli.database import opened
from cli.embedded.broker import EmbeddedBroker
from cli.embedded.broker_config import BrokerUser
from cli.embedded.child import own_folder, secret_in, spawn, stop, wait_until
from cli.embedded.postgres import EmbeddedPostgres
from streets import clock
from streets.assets.kinds import Kind
from streets.store.assets import add_council
from streets.store.changes import Told
from streets.store.database import ROLES
from streets.store.imports import import_file
from streets.store.migrate import migrate

INGEST = (sys.executable, "-P", "-m", "cli", "ingest")
# Who speaks for all devices; a deployment has a login for each.
DEVICES = BrokerUser("devices", publish=("v3/#", "streets/v1/#"))
INSTALLED = "2020-01-01T00:00:00Z"


class Broker(Protocol):
    """A broker that can be started, stopped and killed."""

    port: int

    @property
    def process_id(self) -> int | None:
        """Of the running broker."""

    def url(self, user: str) -> str:
        """How a user reaches it."""

    def start(self) -> str:
        """Start it."""

    def stop(self) -> None:
        """End it."""


class Site:
    """Servers and ingest in a folder of their own, as a context. `consumer` is the command that takes the place of ingest."""

    def __init__(self, broker: str = "nats", disk: bool = False, consumer: tuple[str, ...] = INGEST) -> None:
        """Start nothing yet. `disk` gives PostgreSQL a disk that can be filled."""
        # PostgreSQL's user must be able to enter it; the system's folder for what is large and passing.
        self.folder = Path(mkdtemp(prefix="streets-trial-", dir="/var/tmp"))  # noqa: S108 - mkdtemp makes the name
        self.folder.chmod(0o711)
        self.postgres = EmbeddedPostgres(self.folder / "postgres")
        self.disk = self._disk() if disk else None
        everyone = [BrokerUser(name, publish, subscribe) for name, (_, publish, subscribe) in PARTIES.items()]
        broker_folder = self.folder / "broker"
        self.broker: Broker = (
            Mosquitto(broker_folder) if broker == "mosquitto" else EmbeddedBroker(broker_folder, [*everyone, DEVICES])
        )
        self.ends_unasked = 0
        self._database_waits = False
        self._consumer = consumer
        self._ingest: subprocess.Popen[bytes] | None = None
        self._words = 0

    def __enter__(self) -> "Site":
        """Start everything; ingest is on its way, and reads the broker once it has said that it listens."""
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """End everything and leave nothing behind."""
        self.stop_ingest()
        for cable in (self.to_broker, self.to_database) if hasattr(self, "to_broker") else ():
            cable.close()
        self.broker.stop()
        self.postgres.stop()
        if self.disk:
            self.disk.close()
        shutil.rmtree(self.folder)

    def _disk(self) -> Disk:
        if may_mount():
            return SmallDisk(own_folder(self.folder / "postgres"))
        return WriteLimit(lambda: self.postgres.process_id)

    def _start(self) -> None:
        self.owner_url = self.postgres.start()
        self._passwords = {role: secret_in(own_folder(self.folder / "secrets") / role) for role in ROLES}
        migrate(self.owner_url, self._passwords)
        register(self.owner_url)
        self.broker.start()
        self.to_database = Cable(lambda: self.postgres.port)
        self.to_broker = Cable(lambda: self.broker.port)
        self._environment = self.environment_of("ingest") | {
            "STREETS_DATABASE_URL": self._login("streets_ingest", self.to_database.port),
            "STREETS_MQTT_URL": self.broker.url("ingest").replace(f":{self.broker.port}", f":{self.to_broker.port}"),
        }
        self.start_ingest()

    def environment_of(self, party: str) -> dict[str, str]:
        """The settings of a process of this party (ingest, api), connected by ways of its own, which no cable cuts."""
        return os.environ | {
            "STREETS_DATABASE_URL": self._login(f"streets_{party}", self.postgres.port),
            "STREETS_MQTT_URL": self.broker.url(party),
            "STREETS_SECRET_KEY": secrets.token_hex(32),
        }

    def _login(self, role: str, port: int) -> str:
        return self.postgres.url(user=role, password=self._passwords[role]).replace(f":{self.postgres.port}/", f":{port}/")

    @property
    def devices_url(self) -> str:
        """How devices reach the broker: by a way of their own, which no cable cuts."""
        return self.broker.url(DEVICES.name)

    def start_ingest(self) -> None:
        """Start ingest, from a thread that lives on: with that thread it would end."""
        self._words += 1
        self._ingest = spawn(self._consumer, self.ingest_log, signal.SIGKILL, env=self._environment)

    @property
    def ingest_log(self) -> Path:
        """The words of the ingest started last."""
        return self.folder / f"ingest-{self._words}.log"

    def until_listening(self) -> None:
        """Return when ingest has said that it reads the broker. Raises EmbeddedError where it ends instead."""
        if self._ingest is not None:
            wait_until(lambda: "listening to" in self.ingest_log.read_text(), self._ingest, "ingest", self.ingest_log)

    def stop_ingest(self) -> None:
        """End ingest as a service is ended."""
        if self._ingest is not None:
            stop(self._ingest, signal.SIGTERM, 6.0)
            self._ingest = None

    def kill_ingest(self) -> None:
        """SIGKILL, and start again at once, as systemd does."""
        if self._ingest is not None:
            self._ingest.kill()
            self._ingest.wait()
        self.start_ingest()

    def look_after(self) -> None:
        """Start again what ended by itself, as systemd does: ingest is counted, for it never should."""
        if self._ingest is not None and self._ingest.poll() is not None:
            self.ends_unasked += 1
            self.start_ingest()
        if self.postgres.failed() or self._database_waits:
            self.start_database()

    def kill_broker(self) -> None:
        """SIGKILL."""
        os.kill(self.broker.process_id or 0, signal.SIGKILL)
        self.broker.stop()

    def crash_database(self) -> None:
        """SIGKILL, to the server and all its processes."""
        server = self.postgres.process_id or 0
        for process in (server, *children(server)):
            os.kill(process, signal.SIGKILL)
        self.postgres.stop()

    def start_database(self) -> None:
        """Start PostgreSQL; while its disk is full it may not, and is asked again later."""
        self.postgres.stop()
        self._database_waits = self.disk is not None and self.disk.full
        if not self._database_waits:
            self.postgres.start()


def register(owner_url: str) -> None:
    """Import what stands in the streets of a trial, as a council does."""
    bins = ["bin_id,name,lat,lon,capacity_l,visit_every_days"]
    bins += [f"B{number},Bin {number},55.0,-1.6,100,1" for number in range(len(SENSORS))]
    counters = ["counter_id,place_id,place_name,name,lat,lon"]
    counters += [f"C{number},street,Street,Gate {number},55.0,-1.6" for number in range(len(COUNTERS))]
    devices = ["device,model,bin_id,counter_id,valid_from,empty_mm,full_mm,blind_zone_mm,max_range_mm,period_s"]
    devices += [f"{name},em310-udl,B{at},,{INSTALLED},1200,300,30,4500," for at, name in enumerate(SENSORS)]
    devices += [f"{name},direct-counter,,C{at},{INSTALLED},,,,,300" for at, name in enumerate(COUNTERS)]
    with opened(owner_url, "streets_officer", size=1) as db, db.transaction() as conn:
        add_council(conn, COUNCIL, "Trialham", None)
        for kind, lines in ((Kind.BINS, bins), (Kind.COUNTERS, counters), (Kind.INSTALLATIONS, devices)):
            import_file(conn, COUNCIL, kind, "\n".join(lines).encode(), Told("trial", clock.now()))
