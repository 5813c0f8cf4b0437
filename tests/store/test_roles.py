"""What each role can do, and what it cannot, on a real server."""

from collections.abc import Callable

import psycopg
import pytest

from streets.store.database import Database
from streets.store.migrate import migrate

REFUSED = psycopg.errors.InsufficientPrivilege


REFUSALS = {
    "streets_ingest": (
        "DELETE FROM uplink",
        "UPDATE level_reading SET distance_mm = 0",
        "UPDATE uplink SET payload = ''",
        "UPDATE device SET council = 'x'",
        "UPDATE registry_change SET changes = 0",
        "SELECT * FROM token",
        "DROP TABLE reject",
    ),
    "streets_jobs": (
        "INSERT INTO level_reading (device_id, observed_at, content) VALUES (1, now(), 1)",
        "DELETE FROM level_reading",
        "UPDATE bin SET capacity_l = 1",
        "SELECT * FROM token",
        "SELECT salt FROM reporter_salt",
        "UPDATE street SET name = 'x'",
        "UPDATE suitability_override SET vote = true",
        "DELETE FROM suitability_override",
        "DELETE FROM device_word",
        "INSERT INTO bin_order (bin_id) VALUES ('B1')",
        "UPDATE planning_setting SET pence_per_overflow = 0",
    ),
    "streets_api": (
        "INSERT INTO level_reading (device_id, observed_at, content) VALUES (1, now(), 1)",
        "UPDATE count_reading SET people_in = 0",
        "DELETE FROM stop_event",
        "DELETE FROM installation",
        "UPDATE asset_change SET told_by = 'nobody'",
        "UPDATE token SET role = 'officer'",
        "UPDATE reject SET reason = 'none'",
        "UPDATE replay_request SET kept = 1",
        "INSERT INTO token (subject) VALUES ('me')",
        "UPDATE bin_order SET note = ''",
        "DELETE FROM bin_order",
        "UPDATE planning_setting SET set_by = 'me'",
        "DELETE FROM planning_run",
    ),
    "streets_officer": (
        "DELETE FROM level_reading",
        "DELETE FROM bin",
        "DELETE FROM asset_change",
        "UPDATE ledger SET received = 0",
        "SELECT * FROM reporter_salt",
    ),
    "streets_mender": (
        "UPDATE uplink SET payload = ''",
        "DELETE FROM uplink",
        "UPDATE level_reading SET distance_mm = 0",
        "DELETE FROM bump",
        "UPDATE device SET council = 'x'",
    ),
    "board_reader": (
        "SELECT * FROM bin_status",
        "SELECT * FROM bump",
        "CREATE VIEW board.mine AS SELECT 1",
        "CREATE TABLE mine (a integer)",
    ),
}


def test_a_role_cannot_do_what_is_not_its_work(database_url: str) -> None:
    for role, statements in REFUSALS.items():
        with psycopg.connect(database_url, options=f"-c role={role}", autocommit=True) as conn:
            for statement in statements:
                with pytest.raises(REFUSED):
                    conn.execute(statement)  # type: ignore[arg-type]


def test_a_board_reads_a_view_over_tables_that_it_cannot_read(database_url: str, database: Database) -> None:
    with database.transaction() as conn:
        conn.execute("INSERT INTO council VALUES ('rivermouth', 'Rivermouth')")
        conn.execute("CREATE VIEW board.councils_served AS SELECT name FROM council")
    with psycopg.connect(database_url, options="-c role=board_reader") as conn:
        assert conn.execute("SELECT name FROM board.councils_served").fetchall() == [("Rivermouth",)]
        with pytest.raises(REFUSED):
            conn.execute("SELECT name FROM council")


def test_later_tables_are_for_jobs_to_write_and_for_the_api_to_read(
    database: Database, open_database: Callable[[str], Database]
) -> None:
    with database.transaction() as conn:
        conn.execute("CREATE TABLE made_later (a integer)")
    with open_database("streets_jobs").transaction() as conn:
        conn.execute("INSERT INTO made_later VALUES (1)")
    with open_database("streets_api").transaction() as conn:
        assert conn.execute("SELECT a FROM made_later").fetchall() == [(1,)]
    with pytest.raises(REFUSED), open_database("streets_ingest").transaction() as conn:
        conn.execute("SELECT a FROM made_later")


def test_a_user_that_is_not_superuser_can_migrate_and_act_as_every_role(empty_database_url: str) -> None:
    name = empty_database_url.rpartition("/")[2]
    migrator = f"migrator_{name}"
    with psycopg.connect(empty_database_url, autocommit=True) as conn:
        conn.execute(f"CREATE ROLE {migrator} LOGIN CREATEROLE PASSWORD 'only-here'")
        conn.execute(f"ALTER DATABASE {name} OWNER TO {migrator}")
        # The roles were made by another database of this server; its administrator lets the migrator become them.
        for role in ("streets_ingest", "streets_jobs", "streets_api", "streets_officer", "streets_mender", "board_reader"):
            conn.execute(f"DO $$ BEGIN CREATE ROLE {role} NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$")
            conn.execute(f"GRANT {role} TO {migrator} WITH ADMIN OPTION")
    url = empty_database_url.replace("postgres@", f"{migrator}:only-here@")
    try:
        assert "0004_roles" in migrate(url)
        for role in ("streets_ingest", "streets_jobs", "streets_api", "streets_officer", "streets_mender", "board_reader"):
            with psycopg.connect(url, options=f"-c role={role}") as conn:
                assert conn.execute("SELECT current_user").fetchone() == (role,)
    finally:
        with psycopg.connect(empty_database_url, autocommit=True) as conn:
            conn.execute(f"REASSIGN OWNED BY {migrator} TO postgres")
            conn.execute(f"DROP OWNED BY {migrator}")
            conn.execute(f"DROP ROLE {migrator}")
