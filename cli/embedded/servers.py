"""The database and the broker of a demonstration: embedded ones, or those that the environment names."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg

from cli.broker import PARTIES
from cli.embedded.broker import EmbeddedBroker
from cli.embedded.broker_config import BrokerUser
from cli.embedded.child import own_folder, secret_in
from cli.embedded.household import Household
from cli.embedded.postgres import EmbeddedPostgres
from simulators.town import Login
from streets.settings import database_url_of, mqtt_url_of
from streets.store.database import ROLES
from streets.store.migrate import migrate

# Recorded data comes from networks, direct devices and phones alike. Production has no such user.
RECORDED = BrokerUser("recorded", publish=("v3/#", "application/#", "loriot/#", "streets/v1/#"))


@dataclass(frozen=True, slots=True)
class Databases:
    """How each role reaches the database."""

    owner: str
    roles: Mapping[str, str]
    embedded: bool


@dataclass(frozen=True, slots=True)
class Brokers:
    """How each party reaches the broker, and as whom recorded data and the simulated town are published."""

    parties: Mapping[str, str]
    recorded: str
    town: tuple[Login, ...]
    embedded: bool


def start_database(household: Household, folder: Path) -> Databases:
    """The database of STREETS_DATABASE_URL, or an embedded one with a login per role; migrated. Raises EmbeddedError."""
    if os.environ.get("STREETS_DATABASE_URL"):
        given = database_url_of()
        migrate(given)
        return Databases(given, dict.fromkeys(ROLES, given), embedded=False)
    server = EmbeddedPostgres(folder / "postgres", parameters={"synchronous_commit": "off"})
    household.add("PostgreSQL", server)
    owner = server.start()
    secrets = own_folder(folder / "secrets")
    passwords = {role: secret_in(secrets / role) for role in ROLES}
    migrate(owner, passwords)
    return Databases(owner, {role: server.url(user=role, password=word) for role, word in passwords.items()}, embedded=True)


def analyse(owner_url: str) -> None:
    """Let the database count what it holds, as it does by itself a minute after much came in at once."""
    with psycopg.connect(owner_url, autocommit=True) as conn:
        conn.execute("ANALYZE")


def start_broker(household: Household, folder: Path, town: Iterable[Login]) -> Brokers:
    """The broker of STREETS_MQTT_URL, or an embedded one with a login per party and device. Raises EmbeddedError."""
    if os.environ.get("STREETS_MQTT_URL"):
        given = mqtt_url_of()
        return Brokers(dict.fromkeys(PARTIES, given), given, (), embedded=False)
    logins = tuple(town)
    users = [BrokerUser(name, publish, subscribe) for name, (_, publish, subscribe) in PARTIES.items()]
    users.append(RECORDED)
    users += [BrokerUser(login.username, login.topics) for login in logins]
    passwords = {login.username: login.password for login in logins}
    # A demonstration may lose its last second with the power, and can run at many times the speed of a town.
    server = EmbeddedBroker(folder / "broker", users, durable=False, passwords=passwords)
    household.add("the broker", server)
    server.start()
    return Brokers({name: server.url(name) for name in PARTIES}, server.url(RECORDED.name), logins, embedded=True)
