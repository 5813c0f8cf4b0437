"""Migrations on both servers."""

import psycopg
import pytest

from streets.store.database import Database
from streets.store.migrate import migrate


def test_a_fresh_database_has_every_migration_and_needs_no_more(database_url: str) -> None:
    assert migrate(database_url) == []


@pytest.mark.timescale
def test_timescale_gets_its_own_migrations_and_needs_no_more(timescale_url: str) -> None:
    assert migrate(timescale_url) == []
    with psycopg.connect(timescale_url) as conn:
        tables = conn.execute("SELECT hypertable_name FROM timescaledb_information.hypertables").fetchall()
    assert ("level_reading",) in tables


def test_tests_do_not_see_each_others_rows(database: Database) -> None:
    with database.transaction() as conn:
        conn.execute("INSERT INTO council VALUES ('rivermouth', 'Rivermouth')")
        assert conn.execute("SELECT count(*) FROM council").fetchone() == (1,)
