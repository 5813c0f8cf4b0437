"""Wards as files: one row a ward, with the figures that fit in a row; the GeoJSON has the boundaries."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from api.context import Conn, Now
from api.faces import csv_face, geojson_face
from api.shapes import Csv, GeoJson, on_map
from api.wards import WardNow, wards_now
from api.who import anyone
from streets.store import wards
from streets.wards.figures import Figure

router = APIRouter(tags=["wards"], dependencies=[Depends(anyone)])


@dataclass(frozen=True, slots=True)
class WardRow:
    """A ward in one row. Counts of bins are null where not one bin of the ward is heard."""

    ward_code: str
    council: str
    name: str
    name_cy: str | None
    bins: int
    bins_measured: int
    bins_not_measurable: int
    bins_silent: int
    bins_no_sensor: int
    bins_full: int | None
    bins_nearly_full: int | None
    bins_as_of: datetime | None
    emptied_7d: int | None
    pothole_sites: int | None
    potholes_as_of: datetime | None


def _whole(figure: Figure) -> int | None:
    return None if figure.value is None else round(figure.value)


def ward_row(ward: WardNow) -> WardRow:
    """The figures of a ward that fit in a row."""
    return WardRow(
        ward_code=ward.ward_code,
        council=ward.council,
        name=ward.name,
        name_cy=ward.name_cy,
        bins=ward.bins.bins,
        bins_measured=ward.bins.measured,
        bins_not_measurable=ward.bins.not_measurable,
        bins_silent=ward.bins.silent,
        bins_no_sensor=ward.bins.no_sensor,
        bins_full=_whole(ward.bins.full),
        bins_nearly_full=_whole(ward.bins.nearly_full),
        bins_as_of=ward.bins.full.as_of,
        emptied_7d=_whole(ward.bins.emptied_7d),
        pothole_sites=_whole(ward.pothole_sites),
        potholes_as_of=ward.pothole_sites.as_of,
    )


@router.get("/v1/wards.csv", response_class=Csv)
def list_wards_csv(conn: Conn, at: Now) -> Response:
    """Every ward with its figures, as CSV."""
    rows = [ward_row(ward) for ward in wards_now(conn, at)]
    return csv_face(rows, tuple(WardRow.__dataclass_fields__), "wards")


@router.get("/v1/wards.geojson", response_class=GeoJson, response_model=on_map("Wards", WardRow))
def list_wards_geojson(conn: Conn, at: Now) -> Response:
    """Every ward with its boundary and its figures, as GeoJSON."""
    boundaries = {area.ward_code: area.boundary for area in wards.areas(conn)}
    rows = [ward_row(ward) for ward in wards_now(conn, at)]
    return geojson_face(rows, "ward_code", lambda fields: boundaries[fields["ward_code"]])
