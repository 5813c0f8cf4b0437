"""Batches of rows that are inserted once, whatever comes again.

A batch is copied straight into its table; only when some of it is stored already does it take the way through a temporary table.
"""

from psycopg.errors import UniqueViolation

from streets.store.database import Connection, execute, sql


def add(conn: Connection, table: str, rows: bytes) -> bool:
    """Copy the rows (of `copying.together`) into the table; False, and nothing is added, where it has some of them already.

    Packed rows are sorted by key, which is kind to the index and keeps two writers from waiting for each other in a ring.
    """
    # Not conn.transaction(): as the first thing done on a connection that would be the transaction itself, and commit.
    execute(conn, "begin_copy")
    try:
        _copy(conn, f"copy_{table}", rows)
    except UniqueViolation:
        execute(conn, "undo_copy")
        return False
    return True


def stage(conn: Connection, table: str, rows: bytes) -> None:
    """Copy the rows into the table's staging room, which is made for them and lasts until the commit."""
    execute(conn, "unstage")
    execute(conn, f"stage_{table}")
    _copy(conn, f"copy_staged_{table}", rows)


def _copy(conn: Connection, query: str, rows: bytes) -> None:
    with conn.cursor() as cursor, cursor.copy(sql(query)) as copy:
        copy.write(rows)
