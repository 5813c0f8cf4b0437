"""Wards: the figures of a place for the people who speak for it, each with its age and coverage."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from api.context import Conn, Now
from api.faces import json_face, record
from api.places import PlaceNow, places_now
from api.problems import NotHere
from api.shapes import shape
from api.who import anyone
from streets.store import wards
from streets.store.database import Connection
from streets.wards.figures import BinFigures, Figure, bin_figures

router = APIRouter(tags=["wards"], dependencies=[Depends(anyone)])


@dataclass(frozen=True, slots=True)
class WardNow:
    """A ward with its figures; `council_bins` are the same figures of all bins of its council, to compare with."""

    ward_code: str
    council: str
    name: str
    name_cy: str | None
    bins: BinFigures
    council_bins: BinFigures
    pothole_sites: Figure
    places: list[PlaceNow]


def wards_now(conn: Connection, at: datetime) -> list[WardNow]:
    """Every ward with its figures, by name."""
    seen, places, potholes = wards.bins_seen(conn, at), wards.places_by_ward(conn), wards.potholes_by_ward(conn)
    busy = places_now(conn, at)
    known = wards.wards(conn)
    of_council = {
        council: bin_figures([one for one in seen if one.council == council]) for council in {ward.council for ward in known}
    }
    return [
        WardNow(
            ward_code=ward.ward_code,
            council=ward.council,
            name=ward.name,
            name_cy=ward.name_cy,
            bins=bin_figures([one for one in seen if one.ward_code == ward.ward_code]),
            council_bins=of_council[ward.council],
            pothole_sites=_pothole_figure(potholes[ward.ward_code]),
            places=[place for place in busy if place.place_id in places[ward.ward_code]],
        )
        for ward in known
    ]


def _pothole_figure(found: wards.PotholesOfWard) -> Figure:
    """Published sites; not known until sites have been looked for once."""
    looked = found.looked_at is not None
    return Figure(found.sites if looked else None, int(looked), 1, found.looked_at)


def ward_now(conn: Connection, ward_code: str, at: datetime) -> WardNow:
    """One ward with its figures. Raises NotHere."""
    found = next((ward for ward in wards_now(conn, at) if ward.ward_code == ward_code), None)
    if found is None:
        raise NotHere(f"There is no ward {ward_code}. /v1/wards lists them all.")
    return found


@router.get("/v1/wards", response_model=shape("Wards", as_of=datetime, wards=list[WardNow]))
def list_wards(conn: Conn, at: Now) -> Response:
    """Every ward with its figures, each with how many things it rests on and how old the oldest of them is."""
    return json_face({"as_of": at, "wards": [record(ward) for ward in wards_now(conn, at)]})


@router.get("/v1/wards/{ward_code}", response_model=shape("WardAsOf", WardNow, as_of=datetime))
def show_ward(ward_code: str, conn: Conn, at: Now) -> Response:
    """One ward with its figures."""
    return json_face({"as_of": at, **record(ward_now(conn, ward_code, at))})
