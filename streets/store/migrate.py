"""Bring a database to the present schema, with yoyo-migrations."""

import io
from collections.abc import Mapping
from contextlib import redirect_stdout
from pathlib import Path

import psycopg
from psycopg import sql
from yoyo import get_backend, read_migrations
from yoyo.migrations import MigrationList

from streets.store.database import away

MIGRATIONS = Path(__file__).parent / "migrations"


class NotOwner(PermissionError):
    """The user of STREETS_DATABASE_URL may not create roles: migrate as the database's owner."""


def has_timescale(url: str) -> bool:
    """Whether the server offers the TimescaleDB extension and has it preloaded."""
    with psycopg.connect(url) as conn:
        offered = conn.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'timescaledb'").fetchone()
        # A setting that only the preloaded library defines: shared_preload_libraries itself is not for everyone to read.
        preloaded = conn.execute("SELECT current_setting('timescaledb.disable_load', true)").fetchone()
    return offered is not None and preloaded is not None and preloaded[0] is not None


def wanted_migrations(url: str) -> list[str]:
    """The names of all migrations that the server at `url` should have, in order."""
    return [migration.id for migration in _migrations(url)]


def applied_migrations(url: str) -> list[str]:
    """The names of the migrations that the database has, in order; none where it was never migrated."""
    with psycopg.connect(url) as conn:
        if conn.execute("SELECT to_regclass('_yoyo_migration')").fetchone() == (None,):
            return []
        return [name for (name,) in conn.execute("SELECT migration_id FROM _yoyo_migration ORDER BY migration_id")]


def migrate(url: str, passwords: Mapping[str, str] | None = None) -> list[str]:
    """Apply what is missing, all of it or nothing; return the names of the migrations applied, in order.

    `passwords` makes the roles it names able to log in. Raises DatabaseAway, and NotOwner.
    """
    try:
        # yoyo's own lock is a row that outlives a killed process; this one goes with its connection.
        with psycopg.connect(url, connect_timeout=5) as lock:
            if lock.execute("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user").fetchone() != (True,):
                raise NotOwner(NotOwner.__doc__)
            lock.execute("SELECT pg_advisory_xact_lock(hashtext('streets migrate'))")
            applied = _apply(url)
            for role, password in (passwords or {}).items():
                lock.execute(sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), sql.Literal(password)))
    except psycopg.OperationalError as error:
        raise away(error) from error
    return applied


def _migrations(url: str) -> MigrationList:
    return read_migrations(str(MIGRATIONS / "common"), str(MIGRATIONS / ("timescale" if has_timescale(url) else "plain")))


def _apply(url: str) -> list[str]:
    backend = get_backend(url.replace("postgres://", "postgresql://", 1).replace("postgresql://", "postgresql+psycopg://", 1))
    try:
        todo = backend.to_apply(_migrations(url))
        # One transaction around all: yoyo notes a migration only after it has committed it. It prints what statements return.
        with redirect_stdout(io.StringIO()), backend.transaction():
            backend.apply_migrations(todo)
        return [migration.id for migration in todo]
    finally:
        backend.connection.close()
