"""One command, one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from streets.settings import database_url_of
from streets.store.database import Connection, Database


@contextmanager
def transaction(role: str) -> Iterator[Connection]:
    """A transaction in a role, on the database that STREETS_DATABASE_URL names. Raises SettingsError, DatabaseAway."""
    db = Database(database_url_of(), role, size=1)
    db.open()
    try:
        with db.transaction() as conn:
            yield conn
    finally:
        db.close()
