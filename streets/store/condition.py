"""What is well and what is not with the database itself: its clock, its roles, the work that it does by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import psycopg

from streets.store.database import Connection, DatabaseAway, row, rows


@dataclass(frozen=True, slots=True)
class Server:
    """The server, its clock, and the version of TimescaleDB; None where the database does without."""

    server_version: str
    database_time: datetime
    timescale_version: str | None


@dataclass(frozen=True, slots=True)
class Role:
    """Whether the user may act as a role; None where there is no such role."""

    role: str
    usable: bool | None


@dataclass(frozen=True, slots=True)
class Policy:
    """How a background job of TimescaleDB last went: status is Success or Failed; and how often it failed so far."""

    name: str
    status: str
    failures: int


@dataclass(frozen=True, slots=True)
class Condition:
    """Everything asked at one moment."""

    server: Server
    roles: tuple[Role, ...]
    policies: tuple[Policy, ...]


def condition(url: str, roles: Sequence[str]) -> Condition:
    """Ask the database at `url` how it is, as the URL's own user. Raises DatabaseAway with what the server says."""
    try:
        with psycopg.connect(url, connect_timeout=5) as conn:
            server = row(conn, "condition_server", Server)
            assert server is not None  # noqa: S101 - a SELECT without FROM has a row
            return Condition(server, tuple(rows(conn, "condition_roles", Role, roles=list(roles))), tuple(policies_of(conn)))
    except psycopg.OperationalError as error:
        raise DatabaseAway(str(error).strip().splitlines()[0]) from error


def policies_of(conn: Connection) -> list[Policy]:
    """How TimescaleDB's background jobs last went; none where the database does without it."""
    server = row(conn, "condition_server", Server)
    return rows(conn, "condition_policies", Policy) if server and server.timescale_version else []
