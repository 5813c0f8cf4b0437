"""Wards in the database, and what stands in them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from streets.store.database import Connection, rows
from streets.wards.figures import BinSeen
from streets.wards.locate import WardBoundary, boundary_of


@dataclass(frozen=True, slots=True)
class Ward:
    """A ward of a council."""

    ward_code: str
    council: str
    name: str
    name_cy: str | None


@dataclass(frozen=True, slots=True)
class Area:
    """The boundary of a council's ward, as a GeoJSON geometry in WGS84."""

    council: str
    ward_code: str
    boundary: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PotholesOfWard:
    """A ward's published pothole sites; `looked_at` is when sites were last looked for, None: never."""

    ward_code: str
    sites: int
    looked_at: datetime | None


@dataclass(frozen=True, slots=True)
class _PlaceOfWard:
    ward_code: str
    place_id: str


def wards(conn: Connection) -> list[Ward]:
    """Every ward, by name."""
    return rows(conn, "wards", Ward)


def areas(conn: Connection) -> list[Area]:
    """The boundary of every ward."""
    return rows(conn, "ward_areas", Area)


def boundaries(conn: Connection) -> dict[str, list[WardBoundary]]:
    """The boundaries of the wards of every council that has any, to find a point's ward by."""
    by_council: dict[str, list[WardBoundary]] = defaultdict(list)
    for area in areas(conn):
        by_council[area.council].append(boundary_of(area.ward_code, area.boundary))
    return by_council


def bins_seen(conn: Connection, at: datetime) -> list[BinSeen]:
    """Every active bin as its ward counts it."""
    return rows(conn, "ward_bins", BinSeen, at=at)


def places_by_ward(conn: Connection) -> dict[str, set[str]]:
    """The places with a counter in each ward."""
    by_ward: dict[str, set[str]] = defaultdict(set)
    for found in rows(conn, "ward_places", _PlaceOfWard):
        by_ward[found.ward_code].add(found.place_id)
    return by_ward


def potholes_by_ward(conn: Connection) -> dict[str, PotholesOfWard]:
    """Published pothole sites of each ward."""
    return {found.ward_code: found for found in rows(conn, "ward_potholes", PotholesOfWard)}
