"""Migrations on both servers."""

import psycopg
import pytest
from typer.testing import CliRunner

from cli.main import app
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


@pytest.mark.parametrize(
    "command", ["ledger", "gaps", "audit", "rejects why", "rejects replay --all", "decode-again --model vs133"]
)
def test_a_command_says_at_once_and_in_one_line_that_the_database_does_not_answer(command: str) -> None:
    ended = CliRunner().invoke(app, command.split(), env={"STREETS_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/streets"})
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert ended.stderr.startswith("streets: the database does not answer: ")
    assert ended.stderr.count("\n") == 1
