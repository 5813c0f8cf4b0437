"""A council with one ward around HERE, and bumps felt there, in a real database."""

import json
from datetime import datetime
from typing import Any
from uuid import uuid4

from psycopg import Connection

from tests.potholes.felt import HERE, moved

MANHOLE = moved(0, 200)


def ward_around(conn: Connection[Any]) -> None:
    """Council rivermouth with ward E1, a square of two kilometres around HERE, and a manhole 200 m east of HERE."""
    south, west = moved(-1000, -1000)
    north, east = moved(1000, 1000)
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    conn.execute("INSERT INTO council (council, name) VALUES ('rivermouth', 'Rivermouth')")
    conn.execute(
        "INSERT INTO ward (ward_code, council, name, name_cy, boundary)"
        " VALUES ('E1', 'rivermouth', 'Quayside', 'Glan y Cei', %s)",
        (json.dumps({"type": "Polygon", "coordinates": [ring]}),),
    )
    conn.execute(
        "INSERT INTO ironwork (ironwork_id, council, kind, lat, lon) VALUES ('M1', 'rivermouth', 'manhole', %s, %s)", MANHOLE
    )


def feel(conn: Connection[Any], reporter: str, hour: datetime, at: tuple[float, float] = HERE, severity_g: float = 0.8) -> None:
    """One stored bump."""
    conn.execute(
        "INSERT INTO bump (bump_key, council, reporter, lat, lon, hour_start, severity_g, received_at)"
        " VALUES (%s, 'rivermouth', %s, %s, %s, %s, %s, %s)",
        (uuid4(), reporter, *at, hour, severity_g, hour),
    )


def drive(conn: Connection[Any], reporter: str, week: datetime, street: str, passes: int) -> None:
    """One reporter's stored passes over one street in one week."""
    conn.execute(
        "INSERT INTO coverage (coverage_key, council, reporter, street, week_start, passes, received_at)"
        " VALUES (%s, 'rivermouth', %s, %s, %s, %s, %s)",
        (uuid4(), reporter, street, week, passes, week),
    )
