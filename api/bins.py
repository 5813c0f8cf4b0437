"""JSON, GeoJSON and CSV answers: bins, how full they are, since when, and when they will be full."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from api import who
from api.asked import box_of, span_of
from api.context import Conn, Now
from api.faces import csv_face, geojson_face, json_face, record
from api.problems import NotHere
from api.shapes import Csv, GeoJson, on_map, shape
from streets.bins.fill import nearest_quarter
from streets.store import bins, emptyings

router = APIRouter(tags=["bins"], dependencies=[Depends(who.anyone)])

USUALLY_ASKED = timedelta(days=7)
LONGEST_ASKED = timedelta(days=31)
MOST_READINGS = 10_000
EMPTYING_DAYS = 366


@dataclass(frozen=True, slots=True)
class Bin:
    """A bin as open data. `fill_pct` is known only where `state` is measured; `about_pct` is the nearest quarter of it.

    What is expected of it now, four times in five, is known also where nothing is measured; `rests_on` says from what.
    """

    bin_id: str
    name: str
    council: str
    ward_code: str | None
    lat: float
    lon: float
    capacity_l: float
    state: str
    not_measurable: str | None
    fill_pct: float | None
    about_pct: int | None
    observed_at: datetime | None
    age_s: int | None
    last_emptied_at: datetime | None
    full_at: datetime | None
    full_at_early: datetime | None
    full_at_late: datetime | None
    overflow_24h: float | None
    expected_low_pct: int | None
    expected_high_pct: int | None
    rests_on: str | None
    computed_at: datetime | None


BIN_COLUMNS = tuple(Bin.__dataclass_fields__)
READING_COLUMNS = ("observed_at", "fill_pct", "not_measurable")


def open_bin(known: bins.BinNow, at: datetime) -> Bin:
    """What anyone may see of a bin at `at`."""
    return Bin(
        bin_id=known.bin_id,
        name=known.name,
        council=known.council,
        ward_code=known.ward_code,
        lat=known.lat,
        lon=known.lon,
        capacity_l=known.capacity_l,
        state=known.state,
        not_measurable=known.reason,
        fill_pct=None if known.fill_pct is None else round(known.fill_pct, 1),
        about_pct=None if known.fill_pct is None else nearest_quarter(known.fill_pct),
        observed_at=known.observed_at,
        age_s=None if known.observed_at is None else max(0, int((at - known.observed_at).total_seconds())),
        last_emptied_at=known.last_emptied_at,
        full_at=known.full_at,
        full_at_early=known.full_at_early,
        full_at_late=known.full_at_late,
        overflow_24h=None if known.overflow_24h is None else round(known.overflow_24h, 3),
        expected_low_pct=None if known.expected_low_pct is None else round(known.expected_low_pct),
        expected_high_pct=None if known.expected_high_pct is None else round(known.expected_high_pct),
        rests_on=known.rests_on,
        computed_at=known.computed_at,
    )


def asked_bins(
    conn: Conn,
    at: Now,
    bbox: Annotated[str | None, Query(description="west,south,east,north in degrees")] = None,
    ward: Annotated[str | None, Query(max_length=64, description="code of a ward")] = None,
    council: Annotated[str | None, Query(max_length=64, description="code of a council")] = None,
    min_fill: Annotated[float | None, Query(ge=0, le=100, description="only bins measured so full, per cent")] = None,
) -> list[Bin]:
    """The bins that a request asks for."""
    box = None if bbox is None else box_of(bbox)
    return [open_bin(known, at) for known in bins.now(conn, council=council, ward=ward, min_fill=min_fill, box=box)]


def known_bin(conn: Conn, bin_id: str) -> bins.BinNow:
    """The bin of the path. Raises NotHere."""
    found = bins.now(conn, bin_id=bin_id)
    if not found:
        raise NotHere(f"There is no bin {bin_id}.")
    return found[0]


def asked_readings(
    conn: Conn,
    at: Now,
    known: Annotated[bins.BinNow, Depends(known_bin)],
    since: Annotated[datetime | None, Query(description="default: a week before `until`")] = None,
    until: Annotated[datetime | None, Query(description="default: now")] = None,
) -> list[bins.FillRow]:
    """The derived readings of a bin that a request asks for, oldest first. Raises Problem 422."""
    start, end = span_of(since, until or at, ("since", "until"), USUALLY_ASKED, LONGEST_ASKED)
    return bins.fills(conn, known.bin_id, start, end, MOST_READINGS)


AskedBins = Annotated[list[Bin], Depends(asked_bins)]
AskedReadings = Annotated[list[bins.FillRow], Depends(asked_readings)]
KnownBin = Annotated[bins.BinNow, Depends(known_bin)]


@router.get("/v1/bins", response_model=shape("Bins", as_of=datetime, bins=list[Bin]))
def list_bins(at: Now, found: AskedBins) -> Response:
    """Bins with their fill, or why it is not known, its age, and when they are expected to be full."""
    return json_face({"as_of": at, "bins": [record(one) for one in found]})


@router.get("/v1/bins.geojson", response_class=GeoJson, response_model=on_map("Bins", Bin))
def list_bins_geojson(found: AskedBins) -> Response:
    """The same bins as points on a map (RFC 7946)."""
    return geojson_face(found, "bin_id")


@router.get("/v1/bins.csv", response_class=Csv)
def list_bins_csv(found: AskedBins) -> Response:
    """The same bins as a table."""
    return csv_face(found, BIN_COLUMNS, "bins")


@router.get("/v1/bins/{bin_id}", response_model=shape("BinAsOf", Bin, as_of=datetime))
def show_bin(at: Now, known: KnownBin) -> Response:
    """One bin."""
    return json_face({"as_of": at, **record(open_bin(known, at))})


@router.get("/v1/bins/{bin_id}/readings", response_model=shape("Readings", bin_id=str, readings=list[bins.FillRow]))
def list_readings(known: KnownBin, readings: AskedReadings) -> Response:
    """A bin's fills, unclamped, each with its time, or the reason why there is none; at most 31 days at once."""
    return json_face({"bin_id": known.bin_id, "readings": [record(reading) for reading in readings]})


@router.get("/v1/bins/{bin_id}/readings.csv", response_class=Csv)
def list_readings_csv(known: KnownBin, readings: AskedReadings) -> Response:
    """The same readings as a table."""
    return csv_face(readings, READING_COLUMNS, f"bin-{known.bin_id}")


@router.get("/v1/bins/{bin_id}/emptyings", response_model=shape("Emptyings", bin_id=str, emptyings=list[emptyings.EmptyingRow]))
def list_emptyings(at: Now, conn: Conn, known: KnownBin) -> Response:
    """A bin's emptyings of a year, newest first, seen by its sensor, a crew or both; one that was revised says when."""
    found = emptyings.of_bin(conn, known.bin_id, at, EMPTYING_DAYS)
    return json_face({"bin_id": known.bin_id, "emptyings": [record(one) for one in found]})
