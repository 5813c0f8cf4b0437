"""Which devices are registered, and where each stood when."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from streets.store.database import Connection, column, rows, value


@dataclass(frozen=True, slots=True)
class Registered:
    """One version of a device's installation; without any, the fields from `valid_from` on are None."""

    device: str
    device_id: int
    model: str
    council: str
    valid_from: datetime | None
    valid_to: datetime | None
    line: int | None
    max_range_mm: int | None
    period_s: int | None


def registered(conn: Connection, devices: Collection[str] | None = None) -> list[Registered]:
    """Every version of every device's installation (of those named, where given), by device and time."""
    return rows(conn, "registered", Registered, devices=None if devices is None else list(devices))


def councils(conn: Connection) -> frozenset[str]:
    """The codes of the councils served."""
    return frozenset(column(conn, "council_codes"))


def registry_changes(conn: Connection) -> int:
    """A number that grows with every change of councils, devices and installations."""
    return int(value(conn, "registry_changes"))
