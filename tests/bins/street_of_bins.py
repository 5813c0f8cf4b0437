"""A street with bins, and sensors that say what a test wants them to say."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from streets.accounts.emptyings import tell
from streets.jobs.bins import learn_habits, tell_fills, tell_states
from streets.rounds.outcome import Told
from streets.store.database import Connection, Database

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
"""A Monday, 1 pm in the town."""
EMPTY_MM, FULL_MM = 900, 300
"""Six millimetres a point: a fill of f per cent is read as 900 - 6f."""


@dataclass
class Street:
    """Bins of the council of Rivermouth in the ward of Quayside. `jobs` acts with the jobs' rights only."""

    conn: Connection
    jobs: Database
    devices: dict[str, int] = field(default_factory=dict)

    def bin(self, bin_id: str, sensor: bool = True, report_every_s: int = 3600) -> None:
        """A bin of 120 litres, with or without a sensor."""
        self.conn.execute(
            "INSERT INTO bin (bin_id, council, name, lat, lon, ward_code, capacity_l)"
            " VALUES (%s, 'rivermouth', %s, 54.5, -1.5, 'E1', 120)",
            (bin_id, f"High Street, by {bin_id}"),
        )
        if sensor:
            self.install(bin_id, f"dev-{bin_id}", report_every_s)

    def install(self, bin_id: str, device: str, report_every_s: int = 3600, since: datetime = NOW - timedelta(days=90)) -> None:
        """A sensor in the bin."""
        row = self.conn.execute(
            "INSERT INTO device (device, council, model) VALUES (%s, 'rivermouth', 'em310-udl') RETURNING device_id", (device,)
        ).fetchone()
        assert row is not None
        self.devices[bin_id] = row[0]
        self.conn.execute(
            "INSERT INTO installation"
            " (device_id, bin_id, valid_from, empty_mm, full_mm, blind_zone_mm, max_range_mm, report_every_s)"
            " VALUES (%s, %s, %s, %s, %s, 250, 2000, %s)",
            (row[0], bin_id, since, EMPTY_MM, FULL_MM, report_every_s),
        )

    def says(
        self,
        bin_id: str,
        at: datetime,
        fill_pct: float | None = None,
        cannot_measure: str | None = None,
        tilted: bool | None = None,
        battery_pct: float | None = None,
    ) -> None:
        """One reading, kept as ingest keeps it."""
        distance_mm = None if fill_pct is None else round(EMPTY_MM - 6 * fill_pct)
        self.conn.execute(
            "INSERT INTO level_reading"
            " (device_id, observed_at, content, received_at, time_source, distance_mm, cannot_measure, tilted, battery_pct)"
            " VALUES (%s, %s, 0, %s, 'network', %s, %s, %s, %s)",
            (self.devices[bin_id], at, at, distance_mm, cannot_measure, tilted, battery_pct),
        )
        self.touch(bin_id, at)

    def taps(self, bin_id: str, at: datetime, event: str = "emptied", observed_fill: int | None = None) -> None:
        """What a crew on a round of that day tells of the bin, as the phone sends it."""
        told = Told(
            event_id=uuid4(),
            stop_id=None,
            bin_id=bin_id,
            at=at,
            event=event,
            observed_fill=observed_fill,
            note=None,
            received_at=at,
            told_by="crew",
        )
        assert tell(self.conn, at.date(), told, at)

    def touch(self, bin_id: str, since: datetime) -> None:
        """Note that the bin's sensor has new readings."""
        self.conn.execute(
            "INSERT INTO touched (device_id, since) VALUES (%s, %s)"
            " ON CONFLICT (device_id) DO UPDATE SET since = least(touched.since, excluded.since)",
            (self.devices[bin_id], since),
        )

    def fills_steadily(self, bin_id: str, days: int, pct_per_h: float, until: datetime = NOW, emptied_at_pct: float = 90) -> None:
        """Hourly readings of a bin that rises by `pct_per_h` and is emptied when it holds `emptied_at_pct`."""
        fills = [0.0]
        for _ in range(days * 24):
            fills.append(0.0 if fills[-1] >= emptied_at_pct else fills[-1] + pct_per_h)
        self.says_hourly(bin_id, fills, until)

    def says_hourly(self, bin_id: str, fills: list[float], until: datetime = NOW) -> None:
        """A reading an hour, the last at `until`."""
        first, device_id = until - timedelta(hours=len(fills) - 1), self.devices[bin_id]
        times = [first + timedelta(hours=hour) for hour in range(len(fills))]
        told = [(device_id, at, at, round(EMPTY_MM - 6 * fill_pct)) for at, fill_pct in zip(times, fills, strict=True)]
        with self.conn.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO level_reading (device_id, observed_at, content, received_at, time_source, distance_mm)"
                " VALUES (%s, %s, 0, %s, 'network', %s)",
                told,
            )
        self.touch(bin_id, first)

    def run_jobs(self, at: datetime = NOW) -> None:
        """What the clock does: fills, habits, states."""
        self.conn.commit()
        tell_fills(self.jobs, at)
        for job in (learn_habits, tell_states):
            with self.jobs.transaction() as conn:
                job(conn, at)


@pytest.fixture
def street(database: Database, open_database: Callable[[str], Database]) -> Iterator[Street]:
    """The street, without bins as yet."""
    with database.transaction() as conn:
        conn.execute("INSERT INTO council (council, name) VALUES ('rivermouth', 'Rivermouth')")
        conn.execute(
            "INSERT INTO ward (ward_code, council, name, name_cy, boundary)"
            " VALUES ('E1', 'rivermouth', 'Quayside', 'Glan y Cei', '{}')"
        )
        yield Street(conn, open_database("streets_jobs"))
