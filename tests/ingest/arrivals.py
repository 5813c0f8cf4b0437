"""A small registered council, and messages as its devices would send them."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from ingest.outcome import Message, Refused
from ingest.registry import Registry
from ingest.uplink import Reject
from streets.store.database import Database
from streets.store.registry import Registered

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
INSTALLED = datetime(2020, 1, 1, tzinfo=UTC)
BIN_EUI = "24e124713d000001"
COUNTER = "rivermouth/gate-1"


def registered(device: str = BIN_EUI, model: str = "em310-udl", device_id: int = 1, **more: object) -> Registered:
    values: dict[str, object] = {
        "council": "rivermouth",
        "valid_from": INSTALLED,
        "valid_to": None,
        "line": None,
        "max_range_mm": 4500,
        "period_s": None,
    }
    return Registered(device=device, model=model, device_id=device_id, **(values | more))  # type: ignore[arg-type]


def registry(*devices: Registered) -> Registry:
    """The devices given, or one bin sensor and one people counter."""
    known = devices or (registered(), registered(COUNTER, "direct-counter", 2, max_range_mm=None, period_s=300))
    return Registry(known, ["rivermouth"])


def level(
    distance_mm: int = 800, f_cnt: int = 1, at: datetime = NOON, device: str = BIN_EUI, session: str = "AYfg8Ta3", port: int = 85
) -> Message:
    """An EM310-UDL's frame (battery 100 %, distance, position normal) inside The Things Stack's JSON."""
    payload = bytes.fromhex("017564") + b"\x03\x82" + distance_mm.to_bytes(2, "little") + bytes.fromhex("040000")
    return tts(payload, f_cnt, at, device, session, port)


def tts(payload: bytes, f_cnt: int, at: datetime, device: str = BIN_EUI, session: str = "AYfg8Ta3", port: int = 85) -> Message:
    body = {
        "end_device_ids": {
            "device_id": f"eui-{device}",
            "dev_eui": device.upper(),
            "application_ids": {"application_id": "bins"},
        },
        "received_at": at.isoformat(),
        "uplink_message": {
            "session_key_id": session,
            "f_port": port,
            "f_cnt": f_cnt,
            "frm_payload": base64.b64encode(payload).decode(),
            "received_at": at.isoformat(),
        },
    }
    return Message(f"v3/bins@council/devices/eui-{device}/up", json.dumps(body).encode(), at + timedelta(seconds=1))


def count(people_in: int | None = 5, people_out: int | None = 3, seq: int = 1, at: datetime = NOON, **more: object) -> Message:
    """A direct counter's reading on the council's own topic."""
    reading = {"people_in": people_in, "people_out": people_out} | more
    body = {
        "model": "direct-counter",
        "observed_at": at.isoformat(),
        "seq": seq,
        "reading": {name: value for name, value in reading.items() if value is not None},
    }
    return Message(f"streets/v1/{COUNTER}/up", json.dumps(body).encode(), at + timedelta(seconds=1))


def bump(severity_g: float = 1.5, reporter: str = "phone-a", at: datetime = NOON, council: str = "rivermouth") -> Message:
    """A phone's pothole event."""
    body = {"lat": 54.97, "lon": -1.61, "hour_start": at.replace(minute=0).isoformat(), "severity_g": severity_g}
    return Message(f"streets/v1/{council}/phone/{reporter}/bump", json.dumps(body).encode(), at + timedelta(minutes=7))


def coverage(street: str = "way-7", reporter: str = "phone-a", passes: int = 3, at: datetime = NOON) -> Message:
    """How often a phone drove a street in the week of NOON, which is a Monday."""
    body = {"street": street, "week_start": NOON.replace(hour=0).isoformat(), "passes": passes}
    return Message(f"streets/v1/rivermouth/phone/{reporter}/coverage", json.dumps(body).encode(), at + timedelta(minutes=7))


def settle(database: Database) -> None:
    """Put the council, its bin and its counter into the database, each with its device."""
    with database.transaction() as conn:
        conn.execute("INSERT INTO council VALUES ('rivermouth', 'Rivermouth')")
        conn.execute("INSERT INTO bin VALUES ('B1', 'rivermouth', 'Quay', 55, -1.6, NULL, NULL, 100)")
        conn.execute("INSERT INTO place VALUES ('quay', 'rivermouth', 'Quay', NULL, 55, -1.6)")
        conn.execute("INSERT INTO counter VALUES ('C1', 'rivermouth', 'quay', 'Gate', 55, -1.6)")
        for device in ((BIN_EUI, "em310-udl"), (COUNTER, "direct-counter")):
            conn.execute("INSERT INTO device (device, council, model) VALUES (%s, 'rivermouth', %s)", device)
        conn.execute(
            "INSERT INTO installation (device_id, valid_from, bin_id, empty_mm, full_mm, max_range_mm)"
            " SELECT device_id, %s, 'B1', 1200, 300, 4500 FROM device WHERE device = %s",
            (INSTALLED, BIN_EUI),
        )
        conn.execute(
            "INSERT INTO installation (device_id, valid_from, counter_id, period_s)"
            " SELECT device_id, %s, 'C1', 300 FROM device WHERE device = %s",
            (INSTALLED, COUNTER),
        )


def refused(reason: str, device: str = BIN_EUI, f_cnt: int | None = 7) -> Refused:
    """A frame that was refused."""
    return Refused(level(), "tts", device, Reject(reason, "It says why."), 0, "AYfg8Ta3", f_cnt)


def found(database: Database, query: str) -> list[tuple[Any, ...]]:
    """What a query finds."""
    with database.transaction() as conn:
        return conn.execute(query).fetchall()  # type: ignore[arg-type]
