"""Potholes: the sites that are shown, as list, map and table; how streets were driven."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from api.asked import box_of
from api.context import Conn, Now
from api.faces import csv_face, geojson_face, json_face, record
from api.problems import NotHere
from api.shapes import Csv, GeoJson, on_map, shape
from api.who import anyone
from streets.potholes.coverage import StreetWeek, street_weeks
from streets.store import potholes
from streets.store.box import Box
from streets.store.database import Connection
from streets.store.potholes import PublishedSite, WithheldCount

COVERAGE_WEEKS = 8

router = APIRouter(tags=["potholes"], dependencies=[Depends(anyone)])


@dataclass(frozen=True, slots=True)
class Asked:
    """Which sites are asked for: those of a ward, or in a box, or all."""

    ward: str | None
    box: Box | None


def asked(
    ward: Annotated[str | None, Query(max_length=40, description="A ward's code")] = None,
    bbox: Annotated[str | None, Query(max_length=100, description="west,south,east,north in degrees")] = None,
) -> Asked:
    """What the query asks for. Raises Problem 422 on a box that is none."""
    return Asked(ward, None if bbox is None else box_of(bbox))


WhichSites = Annotated[Asked, Depends(asked)]


def sites(conn: Connection, which: Asked) -> list[PublishedSite]:
    """The published sites that are asked for."""
    return potholes.published_sites(conn, which.ward, which.box)


def withheld(counts: Sequence[WithheldCount]) -> dict[str, int]:
    """How many sites are withheld, by reason."""
    return {one.withheld_because: one.sites for one in counts}


def coverage(conn: Connection, at: datetime) -> list[StreetWeek]:
    """How the streets were driven in the last COVERAGE_WEEKS."""
    return street_weeks(potholes.streets_driven(conn, at - timedelta(weeks=COVERAGE_WEEKS)))


@router.get("/v1/potholes", response_model=shape("Potholes", potholes=list[PublishedSite], withheld=dict[str, int]))
def list_potholes(conn: Conn, which: WhichSites) -> Response:
    """The published sites, and how many are withheld and why."""
    found = [record(site) for site in sites(conn, which)]
    return json_face({"potholes": found, "withheld": withheld(potholes.withheld_counts(conn))})


@router.get("/v1/potholes.geojson", response_class=GeoJson, response_model=on_map("Potholes", PublishedSite))
def list_potholes_geojson(conn: Conn, which: WhichSites) -> Response:
    """The published sites as GeoJSON."""
    return geojson_face(sites(conn, which), "site_id")


@router.get("/v1/potholes.csv", response_class=Csv)
def list_potholes_csv(conn: Conn, which: WhichSites) -> Response:
    """The published sites as CSV."""
    return csv_face(sites(conn, which), list(PublishedSite.__dataclass_fields__), "potholes")


@router.get("/v1/potholes/{site_id}", response_model=PublishedSite)
def show_pothole(site_id: str, conn: Conn) -> Response:
    """One published site."""
    return json_face(record(known_site(conn, site_id)))


@router.get("/v1/coverage", response_model=shape("Coverage", weeks=int, streets=list[StreetWeek]))
def list_coverage(conn: Conn, at: Now) -> Response:
    """Passes per street and week; null where fewer than three reporters drove it, and no row where nobody did: unknown."""
    return json_face({"weeks": COVERAGE_WEEKS, "streets": [record(week) for week in coverage(conn, at)]})


@router.get("/v1/coverage.csv", response_class=Csv)
def list_coverage_csv(conn: Conn, at: Now) -> Response:
    """Passes per street and week as CSV."""
    return csv_face(coverage(conn, at), list(StreetWeek.__dataclass_fields__), "coverage")


def known_site(conn: Connection, site_id: str) -> PublishedSite:
    """The published site. Raises NotHere."""
    site = potholes.published_site(conn, site_id)
    if site is None:
        raise NotHere(f"No pothole {site_id} is published. /v1/potholes lists those that are.")
    return site
