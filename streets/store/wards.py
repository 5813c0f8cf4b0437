"""Wards in the database, and what stands in them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from streets.store.database import Connection, rows
from streets.wards.figures import BinSeen


@dataclass(frozen=True, slots=True)
class Ward:
    """A ward of a council."""

    ward_code: str
    council: str
    name: str
    name_cy: str | None


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
