"""Batches of rows that are inserted once, whatever comes again.

A batch is copied straight into its table; only when some of it is stored already does it take the way through a temporary table.
"""

from collections.abc import Sequence

from psycopg.errors import UniqueViolation

from streets.store.copying import packed
from streets.store.database import Connection, execute, sql


def add(conn: Connection, table: str, types: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> bool:
    """Copy the rows into the table, or, when it has some of them already, into its staging room; whether it was the former.

    Packed rows are sorted by key, which is kind to the index and keeps two writers from waiting for each other in a ring.
    """
    copy = packed(types, rows)
    # Not conn.transaction(): as the first thing done on a connection that would be the transaction itself, and commit.
    execute(conn, "begin_copy")
    try:
        _copy(conn, f"copy_{table}", copy)
    except UniqueViolation:
        execute(conn, "undo_copy")
        execute(conn, "unstage")
        execute(conn, f"stage_{table}")
        _copy(conn, f"copy_staged_{table}", copy)
        return False
    return True


def _copy(conn: Connection, query: str, rows: bytes) -> None:
    with conn.cursor() as cursor, cursor.copy(sql(query)) as copy:
        copy.write(rows)
