"""The whole house in one folder: servers, a simulated town with its past, and the processes that production has too."""

import logging
import os
import shlex
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic, sleep

from cli.database import opened
from cli.embedded.child import LOOPBACK, claim_port, own_folder, secret_in
from cli.embedded.household import Household
from cli.embedded.memory import Memory, forget, lock, recall, remember
from cli.embedded.servers import Brokers, Databases, start_broker, start_database
from cli.embedded.town import bring_in, fill, sign_in_secret
from cli.token import sign_in_link
from simulators.diary import Diary
from simulators.history import TownLife
from simulators.town import Town, write_town
from streets.clock import Clock
from streets.settings import Settings, settings_of
from streets.store.database import DatabaseAway

LOG = logging.getLogger(__name__)

REMEMBER_EVERY_S = 5.0
# What a killed simulator may not have sent is sent again next time; where it was sent, it is a duplicate then.
NOT_SURELY_SENT = timedelta(seconds=30)
LONGEST_GAP = timedelta(days=7)
SIGN_IN = (("demonstration", "crew"), ("demonstration", "officer"), ("simulated", "crew"))


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was asked for on the command line. `port` 0: any free one."""

    port: int
    fresh: bool
    days: int
    seed: int
    speed: float


class House:
    """A demonstration in a folder that is kept between runs."""

    def __init__(self, folder: Path, wishes: Wishes) -> None:
        """Start nothing yet."""
        self._folder = folder
        self._wishes = wishes
        self._held = ExitStack()
        self._household = Household(folder / "logs")
        self._clock = Clock()
        self._memory: Memory | None = None
        self._environment = folder / "environment"
        self._diary = folder / "town" / "diary.csv"

    def open(self) -> list[str]:
        """Start everything; return one line per URL. Raises EmbeddedError."""
        port = claim_port(self._wishes.port, "the pages")
        self._held.enter_context(lock(self._folder))
        try:
            return self._open(port, f"http://{LOOPBACK}:{port}")
        except DatabaseAway:
            self._household.refuse_deaths()
            raise

    def watch(self, for_s: float | None) -> None:
        """Return after so many seconds, None: never. Raises EmbeddedError when a process has ended by itself."""
        end = float("inf") if for_s is None else monotonic() + for_s
        remembered = monotonic()
        while monotonic() < end:
            self._household.refuse_deaths()
            if monotonic() - remembered >= REMEMBER_EVERY_S:
                self._remember()
                remembered = monotonic()
            sleep(0.1)

    def close(self) -> None:
        """End every process."""
        self._environment.unlink(missing_ok=True)
        self._household.end()
        self._held.close()

    def _open(self, port: int, public_url: str) -> list[str]:
        memory = self._recall()
        town = write_town(own_folder(self._folder / "town"), memory.seed, memory.starts_at)
        town_secret = secret_in(own_folder(self._folder / "secrets") / "town")
        databases = start_database(self._household, self._folder)
        LOG.info("database: %s", "PostgreSQL of our own" if databases.embedded else "the one of STREETS_DATABASE_URL")
        brokers = start_broker(self._household, self._folder, town.logins(town_secret.encode()))
        LOG.info("broker: %s", "nats-server of our own" if brokers.embedded else "the one of STREETS_MQTT_URL")
        # A demonstration that ran fast may have lived beyond the present: it goes on from there.
        real_now = Clock().now()
        self._clock = Clock(real_now, max(real_now, memory.lived_to), self._wishes.speed)
        env = self._surroundings(public_url, town, town_secret)
        # These two take their time to start, which the town needs for its past.
        self._start("ingest", env, databases.roles["streets_ingest"], brokers.parties["ingest"])
        self._start("api", env, databases.roles["streets_api"], brokers.parties["api"], "--port", str(port))
        secrets = self._move_in(memory, town, databases)
        past = {"STREETS_DATABASE_URL": databases.roles["streets_api"], "STREETS_MQTT_URL": brokers.parties["api"]}
        lived_to = self._live_through(memory, town, databases, settings_of(env | past), secrets["simulated crew"])
        self._memory = memory = replace(memory, lived_to=lived_to)
        self._start("jobs", env, databases.roles["streets_jobs"], brokers.parties["api"])
        # Ingest listens before anybody speaks: the broker keeps messages only for a session that it knows.
        self._household.wait("ingest", says="listening")
        self._household.wait("api", says="running on")
        spoken = ["--seed", str(memory.seed), "--starts-at", memory.starts_at.isoformat(), "--since", memory.lived_to.isoformat()]
        driven = {"STREETS_CREW_LINK": sign_in_link(public_url, secrets["simulated crew"])}
        self._start(
            "simulate",
            env | driven,
            databases.roles["streets_ingest"],
            brokers.parties["network"],
            *spoken,
            "--diary",
            str(self._diary),
        )
        self._remember()
        self._tell_environment(env, databases, brokers)
        return _links(public_url, secrets)

    def _recall(self) -> Memory:
        """What the folder remembers, or the beginnings of a new town."""
        memory = recall(self._folder)
        if memory and not self._wishes.fresh:
            if memory.seed != self._wishes.seed:
                LOG.warning("the town kept here has seed %s; --fresh makes another", memory.seed)
            return memory
        forget(self._folder)
        own_folder(self._folder / "logs")
        starts_at = (Clock().now() - timedelta(days=self._wishes.days)).replace(minute=0, second=0, microsecond=0)
        return Memory(self._wishes.seed, starts_at, starts_at)

    def _move_in(self, memory: Memory, town: Town, databases: Databases) -> dict[str, str]:
        """Bring the town in where it is new; return the secrets of those who sign in, by whose they are."""
        with opened(databases.roles["streets_officer"], "streets_officer") as officer:
            if _is_new(memory):
                LOG.info("town: %s", bring_in(officer, self._folder / "town", town, self._clock.now()))
            return {
                f"{who} {role}": sign_in_secret(
                    officer, self._folder / "secrets", town.council, role, f"{who} {role}", self._clock.now()
                )
                for who, role in SIGN_IN
            }

    def _live_through(self, memory: Memory, town: Town, databases: Databases, settings: Settings, crew_secret: str) -> datetime:
        """Bring the town in where it is new, and its messages up to now; return until when they are in."""
        is_new = _is_new(memory)
        since = memory.lived_to if is_new else max(memory.lived_to, self._clock.now() - LONGEST_GAP)
        life = TownLife(town, since, Diary(self._diary))
        with opened(databases.roles["streets_ingest"], "streets_ingest") as ingest:
            if is_new:
                # Only a new town needs it, and loading all that it does takes as long as all the rest.
                from cli.embedded.past import begin

                with opened(databases.roles["streets_jobs"], "streets_jobs") as jobs:
                    begin(life, ingest, jobs, databases.owner, settings, crew_secret, self._clock.now)
            end = self._clock.now()
            LOG.info("since: %s", fill(ingest, life, end))
        return end

    def _surroundings(self, public_url: str, town: Town, town_secret: str) -> dict[str, str]:
        """What every process is told by its environment."""
        clock = self._clock
        is_real = clock.told == clock.real and clock.speed == 1
        told = {} if is_real else {"STREETS_CLOCK": f"{clock.real},{clock.told},{clock.speed}"}
        return (
            os.environ
            | told
            | {
                "STREETS_LOG": "words",
                "STREETS_PUBLIC_URL": public_url,
                "STREETS_SECRET_KEY": secret_in(self._folder / "secrets" / "key"),
                "STREETS_COUNCIL_NAME": town.name,
                "STREETS_TOWN_SECRET": town_secret,
            }
        )

    def _start(self, name: str, env: dict[str, str], database_url: str, mqtt_url: str, *arguments: str) -> None:
        self._household.run(name, [name, *arguments], env | {"STREETS_DATABASE_URL": database_url, "STREETS_MQTT_URL": mqtt_url})

    def _tell_environment(self, env: Mapping[str, str], databases: Databases, brokers: Brokers) -> None:
        """Write what a shell needs to know for `streets` commands on this demonstration; it holds passwords, so for us only."""
        told = {**env, "STREETS_DATABASE_URL": databases.owner, "STREETS_MQTT_URL": brokers.recorded}
        lines = [f"export {name}={shlex.quote(value)}\n" for name, value in told.items() if name.startswith("STREETS_")]
        self._environment.unlink(missing_ok=True)
        self._environment.touch(mode=0o600)
        self._environment.write_text("".join(lines))
        LOG.info("for streets commands in another shell: . %s", shlex.quote(str(self._environment)))

    def _remember(self) -> None:
        if self._memory:
            lived_to = self._clock.now() - NOT_SURELY_SENT * self._wishes.speed
            self._memory = replace(self._memory, lived_to=max(self._memory.lived_to, lived_to))
            remember(self._folder, self._memory)


def _is_new(memory: Memory) -> bool:
    """Whether nothing of the town has been lived yet."""
    return memory.lived_to == memory.starts_at


def _links(public_url: str, secrets: Mapping[str, str]) -> list[str]:
    """One line per URL; those of the crew and the officer sign in."""
    return [
        f"Residents: {public_url}/",
        f"Crew:      {sign_in_link(public_url, secrets['demonstration crew'])}",
        f"Officer:   {sign_in_link(public_url, secrets['demonstration officer'])}",
        f"Open data: {public_url}/data",
        f"API:       {public_url}/docs",
    ]
