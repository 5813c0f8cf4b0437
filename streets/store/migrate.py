"""Bring a database to the present schema, with yoyo-migrations."""

from pathlib import Path

import psycopg
from psycopg import sql
from yoyo import get_backend, read_migrations

MIGRATIONS = Path(__file__).parent / "migrations"


def has_timescale(url: str) -> bool:
    """Whether the server offers the TimescaleDB extension and has it preloaded."""
    with psycopg.connect(url) as conn:
        offered = conn.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'timescaledb'").fetchone()
        # A setting that only the preloaded library defines: shared_preload_libraries itself is not for everyone to read.
        preloaded = conn.execute("SELECT current_setting('timescaledb.disable_load', true)").fetchone()
    return offered is not None and preloaded is not None and preloaded[0] is not None


def migrate(url: str, passwords: dict[str, str] | None = None) -> list[str]:
    """Apply what is missing; return the names of the migrations applied, in order.

    `passwords` makes the roles it names able to log in. Raises psycopg.OperationalError when the server cannot be reached.
    """
    variant = "timescale" if has_timescale(url) else "plain"
    backend = get_backend(url.replace("postgres://", "postgresql://", 1).replace("postgresql://", "postgresql+psycopg://", 1))
    migrations = read_migrations(str(MIGRATIONS / "common"), str(MIGRATIONS / variant))
    with backend.lock():
        todo = backend.to_apply(migrations)
        applied = [migration.id for migration in todo]
        backend.apply_migrations(todo)
    with psycopg.connect(url) as conn:
        for role, password in (passwords or {}).items():
            conn.execute(sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), sql.Literal(password)))
    return applied
