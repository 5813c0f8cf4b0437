"""A council's assets, put into the store file by file: the whole file, or, when any line of it does not fit, nothing."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from statistics import fmean
from typing import Any, TypeVar

from psycopg.types.json import Jsonb

from streets.assets.rows import (
    BaseRow,
    BinRow,
    CounterRow,
    ImportRefusedError,
    InstallationRow,
    IronworkRow,
    Line,
    Refusal,
    VehicleRow,
    WardRow,
)
from streets.store.database import Connection, execute, execute_many, rows, value
from streets.store.registry import councils
from streets.wards.locate import boundary_of, locate

Asset = TypeVar("Asset")

COUNCIL_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")


@dataclass(frozen=True, slots=True)
class _Owner:
    id: str
    council: str


@dataclass(frozen=True, slots=True)
class _Boundary:
    ward_code: str
    boundary: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Spot:
    id: str
    lat: float
    lon: float
    ward_code: str | None


def has_council(conn: Connection, council: str) -> bool:
    """Whether the council is one of ours."""
    return council in councils(conn)


def add_council(conn: Connection, council: str, name: str, name_cy: str | None) -> None:
    """Add a council (whose code is a COUNCIL_CODE), or give it another name."""
    execute(conn, "add_council", council=council, name=name, name_cy=name_cy)


def council_began(conn: Connection, council: str) -> datetime | None:
    """When the first of a council's devices was installed; None where none was."""
    began: datetime | None = value(conn, "council_began", council=council)
    return began


def import_bins(conn: Connection, council: str, lines: Sequence[Line[BinRow]]) -> None:
    """Put bins, each into its ward. Raises ImportRefusedError."""
    _refuse(_taken(conn, "bins", council, lines, lambda row: row.bin_id))
    execute_many(conn, "put_bin", [_values(line.asset, council) for line in lines])
    _put_into_wards(conn, council, "bin")


def import_counters(conn: Connection, council: str, lines: Sequence[Line[CounterRow]]) -> None:
    """Put counters, each into its ward, and their places, each in the middle of its counters. Raises ImportRefusedError."""
    places: dict[str, list[Line[CounterRow]]] = {}
    for line in lines:
        places.setdefault(line.asset.place_id, []).append(line)
    _refuse(
        [
            *_taken(conn, "counters", council, lines, lambda row: row.counter_id),
            *_taken(conn, "places", council, lines, lambda row: row.place_id),
            *(refusal for same in places.values() for refusal in _named_twice(same)),
        ]
    )
    execute_many(conn, "put_place", [_place([line.asset for line in same], council) for same in places.values()])
    execute_many(conn, "put_counter", [_values(line.asset, council) for line in lines])
    _put_into_wards(conn, council, "counter")


def import_installations(conn: Connection, council: str, lines: Sequence[Line[InstallationRow]]) -> None:
    """Put installations: a new version ends the former one, and what the device's readings meant since is worked out again.

    Raises ImportRefusedError.
    """
    _refuse(
        [
            *_unknown(conn, "bins", council, lines, lambda row: row.bin_id),
            *_unknown(conn, "counters", council, lines, lambda row: row.counter_id),
            *_taken(conn, "devices", council, lines, lambda row: row.device),
            *_abroad(council, lines),
        ]
    )
    in_order = sorted((line.asset for line in lines), key=lambda row: row.valid_from)
    for row in in_order:
        values = _values(row, council)
        execute(conn, "put_device", **values)
        execute(conn, "end_installation", **values)
        execute(conn, "put_installation", **values)
        execute(conn, "touch_installed", **values)


def import_wards(conn: Connection, council: str, lines: Sequence[Line[WardRow]]) -> None:
    """Put wards, and every bin and counter into its ward. Raises ImportRefusedError."""
    _refuse(_taken(conn, "wards", council, lines, lambda row: row.ward_code))
    execute_many(conn, "put_ward", [_values(line.asset, council) | {"boundary": Jsonb(line.asset.boundary)} for line in lines])
    _put_into_wards(conn, council, "bin")
    _put_into_wards(conn, council, "counter")


def import_streets(conn: Connection, council: str, osm_pbf: bytes, at: datetime) -> None:
    """Put the council's streets in place of the former ones."""
    execute(conn, "put_streets", council=council, osm_pbf=osm_pbf, sha256=sha256(osm_pbf).hexdigest(), imported_at=at)


def import_ironwork(conn: Connection, council: str, lines: Sequence[Line[IronworkRow]]) -> None:
    """Put covers, gullies and humps."""
    execute_many(conn, "put_ironwork", [_values(line.asset, council) for line in lines])


def import_bases(conn: Connection, council: str, lines: Sequence[Line[BaseRow]]) -> None:
    """Put depots and tips."""
    execute_many(conn, "put_base", [_values(line.asset, council) for line in lines])


def import_vehicles(conn: Connection, council: str, lines: Sequence[Line[VehicleRow]]) -> None:
    """Put vehicles."""
    execute_many(conn, "put_vehicle", [_values(line.asset, council) for line in lines])


def _values(asset: Any, council: str) -> dict[str, object]:
    return {**asdict(asset), "council": council}


def _refuse(refusals: list[Refusal]) -> None:
    if refusals:
        raise ImportRefusedError(refusals)


def _owners(conn: Connection, kind: str, ids: Iterable[str | None]) -> dict[str, str]:
    return {owner.id: owner.council for owner in rows(conn, f"owners_of_{kind}", _Owner, ids=[each for each in ids if each])}


def _taken(
    conn: Connection, kind: str, council: str, lines: Sequence[Line[Asset]], name: Callable[[Asset], str]
) -> list[Refusal]:
    """Lines whose asset has a name that is another council's."""
    owners = _owners(conn, kind, (name(line.asset) for line in lines))
    return [
        Refusal(line.where, f"{name(line.asset)!r} is in use by another council: give it another name")
        for line in lines
        if owners.get(name(line.asset), council) != council
    ]


def _unknown(
    conn: Connection, kind: str, council: str, lines: Sequence[Line[Asset]], name: Callable[[Asset], str | None]
) -> list[Refusal]:
    """Lines that name an asset the council does not have."""
    owners = _owners(conn, kind, (name(line.asset) for line in lines))
    return [
        Refusal(line.where, f"{named!r} is not among the council's {kind}: import those first")
        for line in lines
        if (named := name(line.asset)) is not None and owners.get(named) != council
    ]


def _abroad(council: str, lines: Sequence[Line[InstallationRow]]) -> list[Refusal]:
    """Lines whose device publishes on another council's topics."""
    return [
        Refusal(line.where, f"device {line.asset.device!r} must begin with {council}/")
        for line in lines
        if "/" in line.asset.device and not line.asset.device.startswith(f"{council}/")
    ]


def _named_twice(same_place: Sequence[Line[CounterRow]]) -> list[Refusal]:
    first = same_place[0]
    return [
        Refusal(line.where, f"place {line.asset.place_id!r} has another name in {first.where}")
        for line in same_place
        if (line.asset.place_name, line.asset.place_name_cy) != (first.asset.place_name, first.asset.place_name_cy)
    ]


def _place(counters: Sequence[CounterRow], council: str) -> dict[str, object]:
    return {
        "place_id": counters[0].place_id,
        "council": council,
        "name": counters[0].place_name,
        "name_cy": counters[0].place_name_cy,
        "lat": fmean(counter.lat for counter in counters),
        "lon": fmean(counter.lon for counter in counters),
    }


def _put_into_wards(conn: Connection, council: str, kind: str) -> None:
    """Note for each bin or counter the ward it stands in, where that is news."""
    wards = [boundary_of(ward.ward_code, ward.boundary) for ward in rows(conn, "ward_boundaries", _Boundary, council=council)]
    spots = rows(conn, f"{kind}s_and_wards", _Spot, council=council)
    found = ((spot, locate(spot.lat, spot.lon, wards)) for spot in spots)
    moved: list[dict[str, object]] = [
        {"id": spot.id, "ward_code": ward_code} for spot, ward_code in found if ward_code != spot.ward_code
    ]
    execute_many(conn, f"put_{kind}_in_ward", moved)
