"""How fresh the open data are, and the shapes that only files need."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from streets.store.database import Connection, row, rows


@dataclass(frozen=True, slots=True)
class Updated:
    """When each kind of open data last changed; None where there is none of it yet."""

    bins_at: datetime | None
    footfall_at: datetime | None
    potholes_at: datetime | None
    coverage_at: datetime | None


def updated(conn: Connection) -> Updated:
    """The times of the last changes."""
    return row(conn, "open_data_updated", Updated) or Updated(None, None, None, None)


@dataclass(frozen=True, slots=True)
class Boundary:
    """A ward's boundary, as a GeoJSON geometry in WGS84."""

    ward_code: str
    boundary: dict[str, Any]


def ward_boundaries(conn: Connection) -> dict[str, dict[str, Any]]:
    """The boundary of every ward, by its code."""
    return {each.ward_code: each.boundary for each in rows(conn, "ward_boundaries", Boundary)}
