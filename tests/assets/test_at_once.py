"""Officers who do the same at once: what one was told fits still fits when it is kept."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Barrier, Thread

from streets.assets.kinds import Kind
from streets.assets.rows import BinRow, InstallationRow, MisfitError
from streets.store.assets import add_council, kept
from streets.store.changes import Told
from streets.store.database import Connection, Database
from streets.store.imports import keep_one
from streets.store.posts import commission, standing

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
JONES = Told("j.jones", NOW)


def at_once(database: Database, deeds: Sequence[Callable[[Connection], object]]) -> int:
    """Do each in a transaction of its own, all begun before any may end; return how many were not refused."""
    begun, done = Barrier(len(deeds)), list[object]()

    def do(deed: Callable[[Connection], object]) -> None:
        with database.transaction() as conn:
            conn.execute("SELECT 1")
            begun.wait()
            try:
                done.append(deed(conn))
            except MisfitError:
                conn.rollback()

    threads = [Thread(target=do, args=(deed,)) for deed in deeds]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return len(done)


def take(conn: Connection, council: str) -> None:
    """A council gives its bin the number B1."""
    keep_one(conn, council, Kind.BINS, BinRow(bin_id="B1", name=council, lat=54.9, lon=-1.6, capacity_l=120), JONES)


def hang(conn: Connection, number: int) -> None:
    """A sensor is hung up in bin B1."""
    since = NOW - timedelta(hours=1)
    made = InstallationRow(
        device=f"24e124713d00000{number}", model="em310-udl", bin_id="B1", valid_from=since, empty_mm=900, full_mm=300
    )
    commission(conn, "rivermouth", made, JONES)


def test_of_two_councils_that_take_a_name_at_once_one_gets_it(database: Database) -> None:
    with database.transaction() as conn:
        for council in ("rivermouth", "hilltop"):
            add_council(conn, council, council, None)
    for _ in range(10):
        took = [partial(take, council=council) for council in ("rivermouth", "hilltop")]
        assert at_once(database, took) == 1
        with database.transaction() as conn:
            found = [(council, each.name) for council in ("rivermouth", "hilltop") for each in kept(conn, council, Kind.BINS)]
            conn.execute("DELETE FROM bin")
        assert found in ([("rivermouth", "rivermouth")], [("hilltop", "hilltop")])


def test_of_two_sensors_hung_in_a_bin_at_once_one_is_refused(database: Database) -> None:
    with database.transaction() as conn:
        add_council(conn, "rivermouth", "Rivermouth", None)
    for _ in range(10):
        with database.transaction() as conn:
            conn.execute("TRUNCATE installation, device, bin CASCADE")
            take(conn, "rivermouth")
        assert at_once(database, [partial(hang, number=number) for number in (1, 2)]) == 1
        with database.transaction() as conn:
            assert len(standing(conn, "rivermouth", "B1", NOW)) == 1
