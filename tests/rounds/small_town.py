"""Councils with a depot, a tip and a vehicle on small_streets.square: in a transaction, or behind a served application."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import httpx
import pytest
from planned_day import plan_day
from small_streets import lat_lon, square

from streets import clock
from streets.planning.day import LONDON
from streets.store import tokens
from streets.store.database import Connection, Database
from tests.office import NO_CERTIFICATES, Office, opened_office

DAY = date(2026, 3, 10)
NIGHT = datetime(2026, 3, 10, 4, 30, tzinfo=UTC)

BIN = "INSERT INTO bin (bin_id, council, name, lat, lon, capacity_l, visit_every_days) VALUES (%s, %s, %s, %s, %s, 120, %s)"
STATUS = """INSERT INTO bin_status (bin_id, state, fill_pct, observed_at, last_emptied_at, rise_pct_per_h, full_at, full_at_early,
    full_at_late, overflow_24h, computed_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"""


@dataclass(frozen=True, slots=True)
class Town:
    """A council for tests. Bins are named <council>-<word>."""

    conn: Connection
    council: str

    def add_bin(self, word: str, at_m: tuple[float, float], visit_every_days: float = 1) -> str:
        bin_id = f"{self.council}-{word}"
        self.conn.execute(BIN, (bin_id, self.council, word.title(), *lat_lon(*at_m), visit_every_days))
        return bin_id

    def tell(self, word: str, state: str, fill_pct: float | None = None, full_in_h: float | None = None, **known: Any) -> None:
        """What was last understood of a bin at NIGHT. `full_in_h` is certain to an hour either way; `emptied_h` hours ago."""
        full_at = NIGHT + timedelta(hours=full_in_h) if full_in_h is not None else None
        emptied_h = known.get("emptied_h", 20)
        emptied_at = None if emptied_h is None else NIGHT - timedelta(hours=emptied_h)
        early, late = (full_at - timedelta(hours=1), full_at + timedelta(hours=1)) if full_at else (None, None)
        seen = NIGHT - timedelta(hours=known.get("seen_h", 1))
        values = (state, fill_pct, seen, emptied_at, 1.0, full_at, early, late, known.get("overflow_24h"), NIGHT)
        self.conn.execute(STATUS, (f"{self.council}-{word}", *values))


def found_town(conn: Connection, council: str = "smalltown") -> Town:
    conn.execute("INSERT INTO council (council, name) VALUES (%s, %s)", (council, council.title()))
    conn.execute("INSERT INTO street_extract VALUES (%s, %s, 'sha', %s)", (council, square(), NIGHT))
    for base_id, kind, at_m, service_s in (("depot", "depot", (0, 200), 0), ("tip", "tip", (400, 200), 600)):
        conn.execute(
            "INSERT INTO round_base VALUES (%s, %s, %s, %s, %s, %s, %s)",
            (base_id, council, kind, kind.title(), *lat_lon(*at_m), service_s),
        )
    conn.execute("INSERT INTO vehicle VALUES ('V1', %s, 'Van 1', 2000, '06:00', '14:00')", (council,))
    return Town(conn, council)


@pytest.fixture(scope="module")
def empty_land(databases: Any) -> Iterator[Database]:
    """A database without councils; tests leave it so."""
    with databases.copy() as url:
        database = Database(url, "postgres", size=1)
        database.open()
        yield database
        database.close()


@pytest.fixture
def town(empty_land: Database) -> Iterator[Town]:
    """A small town in a transaction that is rolled back."""
    with empty_land.transaction() as conn:
        yield found_town(conn)
        conn.rollback()


@pytest.fixture
def found_another(town: Town) -> Callable[[str], Town]:
    """Founds another council in the same database."""
    return lambda council: found_town(town.conn, council)


@pytest.fixture(scope="module")
def office(databases: Any, broker: Any) -> Iterator[Office]:
    """The application, served for all tests of a file; each test founds councils of its own in it."""
    with opened_office(databases, broker) as made:
        yield made


@dataclass(frozen=True)
class Desk:
    """A council whose next day is planned, two bins whose turn it is and one that is fresh; and another council."""

    site: str
    database: Database
    database_url: str
    council: str
    other: str
    service_date: date
    round_id: str

    def secret(self, role: str, council: str | None = None) -> str:
        with self.database.transaction() as conn:
            return tokens.create(conn, council or self.council, role, "Jo", clock.now(), days=1)[0]

    def caller(self, role: str, council: str | None = None) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self.secret(role, council)}"}
        return httpx.Client(base_url=self.site, headers=headers, timeout=30, verify=NO_CERTIFICATES)

    def emptyings(self) -> list[tuple[Any, ...]]:
        """What crews told: (bin, seen by, fill before)."""
        asked = """SELECT bin_id, seen_by, fill_before_pct FROM emptying JOIN bin USING (bin_id)
            WHERE council = %s AND seen_by = 'crew'"""
        with self.database.transaction() as conn:
            return conn.execute(asked, (self.council,)).fetchall()


NUMBERS = count(1)


@pytest.fixture
def desk(office: Office) -> Desk:
    number = next(NUMBERS)
    council, other = f"small{number}", f"other{number}"
    tomorrow = (clock.now().astimezone(LONDON) + timedelta(days=1)).date()
    with office.database.transaction() as conn:
        town = found_town(conn, council)
        town.add_bin("one", (200, -5))
        town.add_bin("two", (200, 405))
        fresh = town.add_bin("fresh", (405, 200), visit_every_days=7)
        conn.execute("INSERT INTO emptying VALUES (%s, %s, 'sensor', 80, 5)", (fresh, clock.now()))
        planned = plan_day(conn, council, tomorrow, clock.now(), budget_s=1)
        found_town(conn, other)
    return Desk(office.site, office.database, office.url, council, other, tomorrow, str(planned.rounds[0].round_id))
