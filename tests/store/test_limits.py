"""Nothing that the database is asked may wait for ever."""

from collections.abc import Callable

import psycopg
import pytest

from streets.store.database import ROLES, Database, DatabaseAway

OpenDatabase = Callable[[str], Database]


def shown(database: Database, name: str) -> str:
    with database.transaction() as conn:
        return str(conn.execute("SELECT current_setting(%s)", [name]).fetchone()[0])  # type: ignore[index]


@pytest.mark.parametrize("role", ROLES)
def test_every_role_ends_its_statements_and_its_waiting_for_locks(role: str, open_database: OpenDatabase) -> None:
    database = open_database(role)
    assert shown(database, "statement_timeout") != "0"
    assert shown(database, "lock_timeout") != "0"


@pytest.mark.parametrize("role", ROLES)
def test_a_commit_is_on_disk_even_where_the_server_is_set_to_do_that_later(
    role: str, open_database: OpenDatabase, database_url: str
) -> None:
    with psycopg.connect(database_url) as conn:
        assert conn.execute("SHOW synchronous_commit").fetchone() == ("off",)
    assert shown(open_database(role), "synchronous_commit") == "on"


@pytest.mark.parametrize("role", ["streets_ingest", "streets_api"])
def test_a_process_that_stopped_in_the_midst_of_a_transaction_does_not_keep_its_locks(
    role: str, open_database: OpenDatabase
) -> None:
    assert shown(open_database(role), "idle_in_transaction_session_timeout") != "0"


def test_both_ends_of_a_connection_find_out_that_the_other_is_gone(open_database: OpenDatabase) -> None:
    database = open_database("streets_ingest")
    # Asked after 4 s without a word, then three times every 2 s; an answer to what was sent is waited for 10 s.
    assert [shown(database, f"tcp_{name}") for name in ("keepalives_idle", "keepalives_interval", "keepalives_count")] == [
        "4",
        "2",
        "3",
    ]
    with database.transaction() as conn:
        told = conn.info.get_parameters()
    assert (told["keepalives_idle"], told["tcp_user_timeout"]) == ("4", "10000")


@pytest.mark.parametrize(
    "passing",
    [
        psycopg.errors.DiskFull,
        psycopg.errors.IoError,
        psycopg.errors.DeadlockDetected,
        psycopg.errors.SerializationFailure,
        psycopg.errors.LockNotAvailable,
        psycopg.errors.QueryCanceled,
        psycopg.errors.CannotConnectNow,
        psycopg.errors.AdminShutdown,
        psycopg.errors.TooManyConnections,
        psycopg.errors.OutOfMemory,
    ],
)
def test_what_passes_by_waiting_is_told_as_a_database_that_is_away(passing: type[psycopg.Error], database: Database) -> None:
    with pytest.raises(DatabaseAway), database.transaction():
        raise passing("said by the server")
