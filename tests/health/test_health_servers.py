"""The job learns the same on PostgreSQL with and without TimescaleDB, and what is late or a battery alone is no word."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from streets.jobs.health import tell_health
from streets.store.database import Database
from tests.health.conftest import FIRE_BIN, add_fire_bin
from tests.ingest.arrivals import BIN_EUI, COUNTER, NOON, settle

READINGS = (
    "INSERT INTO level_reading (device_id, observed_at, content, received_at, time_source, distance_mm, battery_pct,"
    " temperature_c)"
    " SELECT device_id, at, 0, at, 'network', 800, 60 - extract(epoch FROM at - %(since)s) / 86400 / 7, 10"
    " FROM device, generate_series(%(since)s::timestamptz, %(until)s, '3 hours') AS at WHERE device = %(device)s"
)
COUNTS = (
    "INSERT INTO count_reading (device_id, period_start, line, content, observed_at, received_at, time_source, period_s,"
    " people_in, battery_mv)"
    " SELECT device_id, at - interval '5 minutes', 1, 0, at, at + interval '40 minutes', 'device', 300, 4, 3600"
    " FROM device, generate_series(%(since)s::timestamptz, %(until)s, '5 minutes') AS at WHERE device = %(device)s"
)
BATTERY_ALONE = (
    "INSERT INTO level_reading (device_id, observed_at, content, received_at, time_source, battery_pct)"
    " SELECT device_id, %(until)s, 1, %(until)s, 'network', 46 FROM device WHERE device = %(device)s"
)
LEARNED = (
    "SELECT device, trouble, since, rhythm_s, silent_after_s, battery_pct, battery_flat_at, heard_at FROM device_health"
    " JOIN device USING (device_id) LEFT JOIN device_trouble USING (device_id) ORDER BY device, trouble"
)


@contextmanager
def council(url: str) -> Iterator[Database]:
    """The small council on a database."""
    database = Database(url, "postgres", size=2)
    database.open()
    settle(database)
    add_fire_bin(database)
    yield database
    database.close()


def learned(url: str, at: datetime = NOON) -> list[tuple[Any, ...]]:
    """A bin heard every three hours until a day ago, since then its battery alone; a counter whose words are 40 minutes old."""
    with council(url) as database:
        with database.transaction() as conn:
            bin_told = {"since": at - timedelta(days=99), "until": at - timedelta(days=1), "device": BIN_EUI}
            conn.execute(READINGS, bin_told)
            conn.execute(BATTERY_ALONE, {"until": at - timedelta(hours=1), "device": BIN_EUI})
            conn.execute(COUNTS, {"since": at - timedelta(days=15), "until": at - timedelta(minutes=40), "device": COUNTER})
        tell_health(database, at)
        with database.transaction() as conn:
            return conn.execute(LEARNED).fetchall()


def test_what_is_learned_is_what_was_said(database_url: str) -> None:
    """Three hours make 9.5 hours of patience; five minutes, words 40 minutes old and half an hour of margin make 85 minutes."""
    told = {device: row for device, *row in learned(database_url)}
    assert {device: row[:1] + row[2:4] for device, row in told.items()} == {
        BIN_EUI: ["silent", 3 * 3600, 9.5 * 3600],
        FIRE_BIN: ["never_heard", 3600, 3.5 * 3600],
        COUNTER: [None, 300, 85 * 60],
    }
    _, since, _, _, _, flat_at, heard_at = told[BIN_EUI]
    assert since == heard_at == NOON - timedelta(days=1)
    # From 60 % a point a week: 10 % after 350 days, of which 99 are over.
    assert abs(flat_at - (NOON + timedelta(days=251))) < timedelta(days=8)


@pytest.mark.timescale
def test_the_same_is_learned_with_timescaledb(database_url: str, timescale_url: str) -> None:
    assert learned(timescale_url) == learned(database_url)
