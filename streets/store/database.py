"""The database as the rest of the house sees it: transactions, and rows of named queries as typed values."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import aiosql
import psycopg
from psycopg.rows import class_row
from psycopg_pool import ConnectionPool, PoolTimeout

from streets.store.limits import acting_as
from streets.store.lists import ListDumper

Connection = psycopg.Connection[Any]
T = TypeVar("T")

ROLES = ("streets_ingest", "streets_jobs", "streets_api", "streets_officer", "streets_mender")

# Rows that no table takes, however often they are offered; any other DatabaseError may pass by waiting.
# (ProgramLimitExceeded: a value that an index has no room for. psycopg counts it among the errors that pass.)
NotStorable = (psycopg.DataError, psycopg.IntegrityError, psycopg.errors.ProgramLimitExceeded)
DatabaseError = psycopg.Error

# A list of a thousand times is dumped eighteen times as fast in binary; the dumper registered last is the one preferred.
psycopg.adapters.register_dumper(list, ListDumper)

QUERIES: Any = aiosql.from_path(Path(__file__).parent / "queries", "psycopg")


def sql(name: str) -> str:
    """The text of the named query. Raises AttributeError where queries/ has no such name."""
    return str(getattr(QUERIES, name).sql)


def rows(conn: Connection, name: str, row: type[T], /, **values: object) -> list[T]:
    """Every row of the named query, as values of `row`, whose fields are the query's columns."""
    with conn.cursor(row_factory=class_row(row)) as cursor:
        return cursor.execute(sql(name), values).fetchall()


def row(conn: Connection, name: str, row: type[T], /, **values: object) -> T | None:
    """The first row of the named query, or None."""
    with conn.cursor(row_factory=class_row(row)) as cursor:
        return cursor.execute(sql(name), values).fetchone()


def stream(conn: Connection, name: str, row: type[T], /, **values: object) -> Iterator[T]:
    """Every row of the named query, fetched some thousand at a time, within the caller's transaction."""
    with conn.cursor(name=name, row_factory=class_row(row)) as cursor:
        cursor.execute(sql(name), values)
        while fetched := cursor.fetchmany(5000):
            yield from fetched


def value(conn: Connection, name: str, /, **values: object) -> Any:
    """The first column of the first row of the named query, or None."""
    found = conn.execute(sql(name), values).fetchone()
    return None if found is None else found[0]


def column(conn: Connection, name: str, /, **values: object) -> list[Any]:
    """The first column of every row of the named query."""
    return [found[0] for found in conn.execute(sql(name), values)]


def execute(conn: Connection, name: str, /, **values: object) -> int:
    """Run the named query; return the number of rows it changed."""
    return conn.execute(sql(name), values).rowcount


def execute_many(conn: Connection, name: str, values: Sequence[dict[str, object]]) -> None:
    """Run the named query once for each set of values, in one round trip."""
    if values:
        with conn.cursor() as cursor:
            cursor.executemany(sql(name), values)


class DatabaseAway(ConnectionError):
    """The database does not answer, or stopped answering: try again later."""


class TookTooLong(DatabaseAway):  # noqa: N818 said as it is met: the transaction took too long
    """A statement ran into the time limit of its role: less at once may pass."""


def away(error: psycopg.OperationalError) -> DatabaseAway:
    """What the server, or the way to it, says first."""
    return DatabaseAway(f"the database does not answer: {str(error).strip().splitlines()[0]}")


@contextmanager
def single_transaction(url: str, role: str) -> Iterator[Connection]:
    """A connection of its own for one transaction. Raises DatabaseAway with what the server says."""
    try:
        with psycopg.connect(url, **acting_as(role)) as conn:  # type: ignore[arg-type]
            yield conn
    except psycopg.OperationalError as error:
        raise away(error) from error


class Database:
    """A pool of connections that act as one role of the database and read times as UTC."""

    def __init__(self, url: str, role: str, size: int = 4) -> None:
        """Open nothing yet. `role` is one of ROLES; the user of `url` must be it or be a member of it."""
        self.role = role
        self._pool = ConnectionPool(
            url,
            min_size=1,
            max_size=size,
            open=False,
            reconnect_timeout=5.0,
            kwargs=acting_as(role),
        )

    def open(self, timeout_s: float = 30.0) -> None:
        """Connect. Raises DatabaseAway when the database cannot be reached in time."""
        try:
            self._pool.open(wait=True, timeout=timeout_s)
        except PoolTimeout as error:
            raise DatabaseAway(DatabaseAway.__doc__) from error

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()

    @contextmanager
    def transaction(self, timeout_s: float | None = None) -> Iterator[Connection]:
        """A connection in a transaction: committed at the end, rolled back when anything is raised.

        Raises TookTooLong, or DatabaseAway, also when there is no connection in `timeout_s` (30 by default).
        """
        try:
            with self._pool.connection(timeout_s) as conn:
                yield conn
        except NotStorable:
            raise
        except psycopg.errors.QueryCanceled as error:
            raise TookTooLong(TookTooLong.__doc__) from error
        except psycopg.OperationalError as error:
            raise DatabaseAway(DatabaseAway.__doc__) from error

    @contextmanager
    def single_statements(self) -> Iterator[Connection]:
        """A connection on which every statement commits by itself, for what PostgreSQL refuses inside of a transaction.

        Raises DatabaseAway.
        """
        try:
            with self._pool.connection() as conn:
                conn.autocommit = True
                try:
                    yield conn
                finally:
                    if not conn.closed:
                        conn.autocommit = False
        except psycopg.OperationalError as error:
            raise DatabaseAway(DatabaseAway.__doc__) from error
