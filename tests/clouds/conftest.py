"""Clouds that answer, and a council with a counter that a countline and a segment may be stood on."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from streets.clouds import Account
from streets.store.database import Database
from tests.clouds.cloud_servers import KEY, CloudServer, TelraamServer, VivacityServer
from tests.ingest.arrivals import INSTALLED


@pytest.fixture
def vivacity() -> Iterator[VivacityServer]:
    server = VivacityServer()
    with server.running():
        yield server


@pytest.fixture
def telraam() -> Iterator[TelraamServer]:
    server = TelraamServer()
    with server.running():
        yield server


def account(server: CloudServer, **change: object) -> Account:
    """An account with the server's cloud."""
    told: dict[str, object] = {
        "council": "rivermouth",
        "name": "town-centre",
        "cloud": "telraam" if isinstance(server, TelraamServer) else "vivacity",
        "address": server.url,
        "key": KEY,
        "posts": (),
        "history": timedelta(days=7),
    }
    return Account(**(told | change))  # type: ignore[arg-type]


@pytest.fixture
def quay(database: Database, open_database: Callable[[str], Database]) -> Database:
    """A council with a counter at its quay, seen with the rights of ingest."""
    council(database)
    return open_database("streets_ingest")


def council(database: Database) -> None:
    """A council, and the counter at its quay."""
    with database.transaction() as conn:
        conn.execute("INSERT INTO council VALUES ('rivermouth', 'Rivermouth')")
        conn.execute("INSERT INTO place VALUES ('quay', 'rivermouth', 'Quay', NULL, 55, -1.6)")
        conn.execute("INSERT INTO counter VALUES ('C1', 'rivermouth', 'quay', 'Gate', 55, -1.6)")


def stand(database: Database, device: str, model: str) -> None:
    """Register a device as an officer would, and stand it on the counter."""
    with database.transaction() as conn:
        conn.execute("INSERT INTO device (device, council, model) VALUES (%s, 'rivermouth', %s)", (device, model))
        conn.execute(
            "INSERT INTO installation (device_id, valid_from, counter_id)"
            " SELECT device_id, %s, 'C1' FROM device WHERE device = %s",
            (INSTALLED, device),
        )
