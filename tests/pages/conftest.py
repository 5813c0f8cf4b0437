"""A small town, and its pages served once for all the tests of this folder, which only read."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from browsing import served_filled

from cli.embedded.broker import EmbeddedBroker
from streets import clock

SQUARE = '{"type": "Polygon", "coordinates": [[[-1.52, 54.96], [-1.48, 54.96], [-1.48, 54.98], [-1.52, 54.98], [-1.52, 54.96]]]}'


def seed(conn: psycopg.Connection[Any], at: datetime) -> None:
    """Two bins, one place with a counter, one pothole, in one ward."""
    conn.execute("INSERT INTO council VALUES ('rivermouth', 'Rivermouth', 'Aberafon')")
    conn.execute("INSERT INTO ward VALUES ('E05000001', 'rivermouth', 'Quayside', 'Y Cei', %s)", (SQUARE,))
    conn.execute("INSERT INTO place VALUES ('market', 'rivermouth', 'Market Place', 'Y Farchnad', 54.97, -1.5)")
    conn.execute(
        "INSERT INTO bin (bin_id, council, name, lat, lon, ward_code, capacity_l) VALUES"
        " ('B1', 'rivermouth', 'Market Place, by the fountain', 54.97, -1.5, 'E05000001', 120),"
        " ('B2', 'rivermouth', 'Bridge Street bus stop', 54.971, -1.501, 'E05000001', 120)"
    )
    conn.execute(
        "INSERT INTO bin_status (bin_id, state, reason, fill_pct, observed_at, overflow_24h, computed_at) VALUES"
        " ('B1', 'measured', NULL, 72, %(seen)s, 0.4, %(at)s), ('B2', 'silent', 'no_frame', NULL, NULL, NULL, %(at)s)",
        {"seen": at - timedelta(minutes=25), "at": at - timedelta(hours=1)},
    )
    conn.execute(
        "INSERT INTO counter (counter_id, council, place_id, name, lat, lon, ward_code)"
        " VALUES ('C1', 'rivermouth', 'market', 'Market Place north', 54.97, -1.5, 'E05000001')"
    )
    conn.execute("INSERT INTO device (device, council, model) VALUES ('24e124000000c001', 'rivermouth', 'vs133')")
    conn.execute(
        "INSERT INTO installation (device_id, counter_id, valid_from, period_s) SELECT device_id, 'C1', %s, 3600 FROM device",
        (at - timedelta(days=60),),
    )
    conn.execute(
        "INSERT INTO ledger (day, source, device, received, stored, duplicate, rejected) VALUES"
        " (%(day)s, 'tts', '24e124000000c001', 24, 22, 1, 1), (%(day)s, 'tts', 'a-stranger', 3, 0, 0, 3)",
        {"day": at.date()},
    )
    conn.execute(
        "INSERT INTO ledger_reason VALUES (%(day)s, 'tts', '24e124000000c001', 'unknown_port', 1),"
        " (%(day)s, 'tts', 'a-stranger', 'unknown_device', 3)",
        {"day": at.date()},
    )
    conn.execute("INSERT INTO ledger_counted SELECT day, source, device, stored, rejected FROM ledger")
    conn.execute("INSERT INTO frame_day VALUES ('tts', '24e124000000c001', %s, 23, 2, 's', 25, %s)", (at.date(), at))
    conn.execute(
        "INSERT INTO pothole_site (site_id, council, lat, lon, ward_code, street, reporters, bumps, days, severity_g, likely,"
        " first_hour, last_hour, published, computed_at)"
        " VALUES ('P1', 'rivermouth', 54.972, -1.5, 'E05000001', 'Bridge Street', 4, 9, 3, 1.4, 'pothole', %s, %s, true, %s)",
        (at - timedelta(days=4), at - timedelta(days=1), at),
    )


@pytest.fixture(scope="session")
def town(databases: Any, broker: EmbeddedBroker) -> Iterator[str]:
    """The URL of the town's pages, for which it stays as late as it was when the town was founded."""
    at = clock.now()
    with served_filled(databases, broker, lambda conn: seed(conn, at), at=at) as site:
        yield site
