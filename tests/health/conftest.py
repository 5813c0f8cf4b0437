"""The small council of `arrivals`, with ingest at work and the jobs' rights."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from ingest.batch import keep_messages
from ingest.outcome import Message
from ingest.registry import Registry
from streets.jobs.health import end_alarms
from streets.store import alarms
from streets.store.alarms import Alarm
from streets.store.database import Database
from tests.ingest.arrivals import BIN_EUI, NOON, settle, tts

FIRE_BIN = "24e124713d0000f1"
HOUR = timedelta(hours=1)


@dataclass
class Council:
    """Rivermouth with bins B1 (an EM310-UDL) and B2 (a DF702), and Hilltop, which has none."""

    database: Database
    ingest: Database
    jobs: Database

    def hears(self, *messages: Message) -> None:
        """Ingest takes one batch."""
        keep_messages(self.ingest, Registry(), messages)

    def ends_alarms(self, at: datetime) -> int:
        """The job that ends alarms."""
        with self.jobs.transaction() as conn:
            return end_alarms(conn, at)

    def alarms(self, council: str = "rivermouth", since: datetime = NOON - 1000 * HOUR) -> list[Alarm]:
        """What its officers see."""
        with self.database.transaction() as conn:
            return alarms.alarms(conn, council, since)


def tilt(on: bool, f_cnt: int, at: datetime) -> Message:
    """An EM310-UDL's frame with its position."""
    payload = bytes.fromhex("017564") + b"\x03\x82" + (800).to_bytes(2, "little") + bytes((4, 0, on))
    return tts(payload, f_cnt, at)


def fire(on: bool, f_cnt: int, at: datetime) -> Message:
    """A DF702's frame with its fire flag."""
    payload = bytes.fromhex(f"80000102110258004b00000{int(on)}0000000081")
    return tts(payload, f_cnt, at, FIRE_BIN, port=3)


def add_fire_bin(database: Database) -> None:
    """Put B2 and its DF702 into the database, and the council of Hilltop."""
    with database.transaction() as conn:
        conn.execute("INSERT INTO council VALUES ('hilltop', 'Hilltop')")
        conn.execute("INSERT INTO bin VALUES ('B2', 'rivermouth', 'Pier Head', 55, -1.6, NULL, NULL, 100)")
        conn.execute("INSERT INTO device (device, council, model) VALUES (%s, 'rivermouth', 'df702')", (FIRE_BIN,))
        conn.execute(
            "INSERT INTO installation (device_id, valid_from, bin_id, empty_mm, full_mm, max_range_mm)"
            " SELECT device_id, '2020-01-01Z', 'B2', 1200, 300, 4500 FROM device WHERE device = %s",
            (FIRE_BIN,),
        )


@pytest.fixture
def council(database: Database, open_database: Callable[[str], Database]) -> Council:
    """The council, well so far."""
    settle(database)
    add_fire_bin(database)
    return Council(database, open_database("streets_ingest"), open_database("streets_jobs"))


__all__ = ["BIN_EUI", "NOON"]
