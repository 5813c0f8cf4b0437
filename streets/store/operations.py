"""How the journey fares: arrivals, rejects, freshness."""

from dataclasses import dataclass
from datetime import date, datetime

from streets.store.database import Connection, rows, value


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Messages from one source on one UTC day: received = stored + duplicate + rejected."""

    source: str
    received: int
    stored: int
    duplicate: int
    rejected: int


def arrivals(conn: Connection, day: date) -> list[Arrivals]:
    """The arrivals of a UTC day, by source."""
    return rows(conn, "arrivals", Arrivals, day=day)


def newest_uplink(conn: Connection) -> datetime | None:
    """When the newest uplink was received; None where nothing ever was."""
    newest: datetime | None = value(conn, "newest_uplink")
    return newest


def database_bytes(conn: Connection) -> int:
    """How much room the database takes."""
    return int(value(conn, "database_bytes"))


def council_of_device(conn: Connection, device: str) -> str | None:
    """The council that a device is registered with; None for a device that nobody registered."""
    council: str | None = value(conn, "device_council", device=device)
    return council
