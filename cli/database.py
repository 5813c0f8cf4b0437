"""The database for as long as a command needs it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from streets.settings import database_url_of

if TYPE_CHECKING:
    from streets.store.database import Connection, Database


@contextmanager
def opened(url: str, role: str, size: int = 4) -> "Iterator[Database]":
    """The database at `url`, open, in a role. Raises DatabaseAway."""
    from streets.store.database import Database

    db = Database(url, role, size)
    db.open()
    try:
        yield db
    finally:
        db.close()


@contextmanager
def opened_now(role: str, size: int = 1) -> "Iterator[Database]":
    """The one that STREETS_DATABASE_URL names, for a command, which does not wait for it. Raises SettingsError, DatabaseAway."""
    with transaction(role):
        pass
    with opened(database_url_of(), role, size) as db:
        yield db


@contextmanager
def transaction(role: str) -> "Iterator[Connection]":
    """A transaction in a role, on the database that STREETS_DATABASE_URL names. Raises SettingsError, DatabaseAway."""
    from streets.store.database import single_transaction

    with single_transaction(database_url_of(), role) as conn:
        yield conn
