"""A council with a depot, a tip, a vehicle and six bins on small_streets.square, in a real database."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from small_streets import lat_lon, square

from streets.store.database import Connection, Database

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


@pytest.fixture
def town(database: Database) -> Any:
    """A small town and its transaction."""
    with database.transaction() as conn:
        yield found_town(conn)


@pytest.fixture
def found_another(town: Town) -> Callable[[str], Town]:
    """Founds another council in the same database."""
    return lambda council: found_town(town.conn, council)
