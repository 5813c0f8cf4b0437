"""The application with two councils and a token of each role, served once for all the tests of this folder."""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from browsing import application, running
from callers import Served

from cli.embedded.broker import EmbeddedBroker
from streets.settings import settings_of
from streets.store import tokens

NOW = datetime.now(UTC)


def made_tokens(conn: Any) -> dict[str, str]:
    conn.execute("INSERT INTO council VALUES ('rivermouth', 'Rivermouth'), ('hilltop', 'Hilltop')")
    wanted = {
        "crew": ("rivermouth", "crew", "van-1"),
        "officer": ("rivermouth", "officer", "j.jones"),
        "operator": (tokens.NO_COUNCIL, "operator", "night desk"),
        "device": ("rivermouth", "device", "streets@ttn"),
        "chirpstack": ("rivermouth", "device", "a1b2c3d4-0000-4000-8000-000000000001"),
        "other_council": ("hilltop", "device", "streets@ttn"),
    }
    return {name: tokens.create(conn, *of, NOW, days=1)[0] for name, of in wanted.items()}


@pytest.fixture(scope="session")
def api(databases: Any, broker: EmbeddedBroker) -> Iterator[Served]:
    with databases.copy() as url:
        with psycopg.connect(url) as conn:
            made = made_tokens(conn)
            conn.execute("INSERT INTO device (device, council, model) VALUES ('24e124713d000001', 'rivermouth', 'em310-udl')")
        told = {
            "STREETS_DATABASE_URL": url,
            "STREETS_MQTT_URL": broker.url("everyone"),
            "STREETS_SECRET_KEY": secrets.token_hex(32),
        }
        app = application(settings_of(told))
        with running(app) as site:
            yield Served(site, url, made, app)
