"""A bin and a counter with what they said in four weeks, and a database that hears it in any order, with the jobs in between."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from streets.jobs.bins import learn_habits, tell_fills, tell_states
from streets.jobs.footfall import refresh_usual, tell_hours
from streets.store.database import Connection, Database

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
END = datetime(2026, 6, 15, 12, tzinfo=UTC)
"""A Monday noon, when all has been said."""
BEGIN = END - 28 * DAY
BIN_DEVICE, COUNTER_DEVICE = 1, 2


@dataclass(frozen=True)
class Said:
    """What a device said of a moment: a fill in per cent (bin), or the people of the hour that ended then (counter)."""

    device_id: int
    at: datetime
    figure: int


def said_by_bin(days: int = 6) -> list[Said]:
    """A reading every three hours; it rises 3 points an hour and is emptied every 27 hours."""
    hours = range(0, days * 24, 3)
    return [Said(BIN_DEVICE, END - days * DAY + hour * HOUR, hour % 27 * 3 + 2) for hour in hours]


def said_by_counter() -> list[Said]:
    """Five hours before noon, of four Mondays."""
    return [
        Said(COUNTER_DEVICE, END - week * 7 * DAY - back * HOUR, 100 + 10 * back + week) for week in range(4) for back in range(5)
    ]


def furnish(conn: Connection) -> None:
    """The council with its bin, its counter and their devices."""
    conn.execute("INSERT INTO council (council, name) VALUES ('rivermouth', 'Rivermouth')")
    conn.execute("INSERT INTO place (place_id, council, name, lat, lon) VALUES ('quay', 'rivermouth', 'Quay', 54.5, -1.5)")
    conn.execute(
        "INSERT INTO bin (bin_id, council, name, lat, lon, capacity_l) VALUES ('B1', 'rivermouth', 'Quay', 54.5, -1.5, 120)"
    )
    conn.execute(
        "INSERT INTO counter (counter_id, council, place_id, name, lat, lon)"
        " VALUES ('C1', 'rivermouth', 'quay', 'Quay', 54.5, -1.5)"
    )
    conn.execute(
        "INSERT INTO device (device_id, device, council, model) OVERRIDING SYSTEM VALUE VALUES"
        " (1, 'rivermouth/bin', 'rivermouth', 'direct-bin'), (2, 'rivermouth/counter', 'rivermouth', 'direct-counter')"
    )
    conn.execute(
        "INSERT INTO installation (device_id, bin_id, valid_from, empty_mm, full_mm, blind_zone_mm, report_every_s)"
        " VALUES (1, 'B1', '2026-01-01Z', 900, 300, 250, 10800)"
    )
    conn.execute("INSERT INTO installation (device_id, counter_id, valid_from) VALUES (2, 'C1', '2026-01-01Z')")


@dataclass
class Town:
    """The furnished database: `owner` writes what ingest would, `jobs` acts with the jobs' rights only."""

    owner: Database
    jobs: Database

    def hears(self, said: Sequence[Said]) -> None:
        """Keep what was said, and touch the devices, as ingest does in one transaction."""
        with self.owner.transaction() as conn:
            for one in said:
                keep(conn, one)

    def works(self, at: datetime = END) -> None:
        """What the clock does: hours, fills, what is usual, habits, states."""
        tell_hours(self.jobs, at)
        tell_fills(self.jobs, at)
        for job in (refresh_usual, learn_habits, tell_states):
            with self.jobs.transaction() as conn:
                job(conn, at)

    def all_of(self, query: str) -> list[Any]:
        """Every row."""
        with self.owner.transaction() as conn:
            return conn.execute(query).fetchall()  # type: ignore[arg-type]

    def does(self, statement: str) -> int:
        """Do what an accident, or an operator, would; return how many rows it changed."""
        with self.owner.transaction() as conn:
            return conn.execute(statement).rowcount  # type: ignore[arg-type]

    def derived(self) -> dict[str, list[Any]]:
        """Everything that is derived from readings, in order."""
        return {query: self.all_of(query) for query in DERIVED}


DERIVED = (
    "SELECT * FROM bin_fill ORDER BY 1, 2",
    "SELECT * FROM bin_fall ORDER BY 1, 2",
    "SELECT * FROM emptying ORDER BY 1, 2",
    "SELECT * FROM bin_habit ORDER BY 1",
    "SELECT * FROM bin_status ORDER BY 1",
    "SELECT * FROM counter_hour ORDER BY 1, 2",
    "SELECT * FROM counter_usual ORDER BY 1, 2",
    "SELECT * FROM counter_unfit ORDER BY 1, 2, 3",
    "SELECT counter_id, hour_start, people, covered_s FROM published_hour ORDER BY 1, 2",
    "SELECT bin_id, emptied_at, fill_before_pct FROM published_emptying ORDER BY 1, 2",
    "SELECT * FROM board.footfall_hour ORDER BY counter_id, hour_start",
    "SELECT * FROM board.bin ORDER BY bin_id",
)


def keep(conn: Connection, one: Said) -> None:
    """One reading as ingest keeps it."""
    since = one.at
    if one.device_id == BIN_DEVICE:
        conn.execute(
            "INSERT INTO level_reading (device_id, observed_at, content, received_at, time_source, distance_mm)"
            " VALUES (1, %s, 0, %s, 'network', %s)",
            (one.at, one.at, 900 - 6 * one.figure),
        )
    else:
        since = one.at - HOUR
        conn.execute(
            "INSERT INTO count_reading"
            " (device_id, period_start, line, content, observed_at, received_at, time_source, period_s, people_in, people_out)"
            " VALUES (2, %s, 1, 0, %s, %s, 'device', 3600, %s, 0)",
            (since, one.at, one.at, one.figure),
        )
    conn.execute(
        "INSERT INTO touched (device_id, since) VALUES (%s, %s)"
        " ON CONFLICT (device_id) DO UPDATE SET since = least(touched.since, excluded.since)",
        (one.device_id, since),
    )


@contextmanager
def town(url: str) -> Iterator[Town]:
    """The furnished database at `url`."""
    owner, jobs = Database(url, "postgres", size=2), Database(url, "streets_jobs", size=2)
    owner.open()
    jobs.open()
    try:
        with owner.transaction() as conn:
            furnish(conn)
        yield Town(owner, jobs)
    finally:
        owner.close()
        jobs.close()
