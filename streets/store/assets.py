"""What a council has in its streets: read and written kind by kind, each bin and counter in the ward that it stands in."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from statistics import fmean
from typing import Any

from psycopg.types.json import Jsonb

from streets.assets.kinds import Kind
from streets.assets.rows import (
    MUST_VISIT,
    BaseRow,
    BinRow,
    CounterRow,
    DeviceRow,
    GazetteerRow,
    InstallationRow,
    IronworkRow,
    OrderRow,
    VehicleRow,
    WardRow,
)
from streets.store.changes import Told
from streets.store.database import Connection, execute, execute_many, rows, value
from streets.store.installations import begin, put_right, version_from
from streets.store.registry import councils
from streets.wards.locate import WardBoundary, boundary_of, locate

ROWS: dict[Kind, type[Any]] = {
    Kind.WARDS: WardRow,
    Kind.GAZETTEER: GazetteerRow,
    Kind.BINS: BinRow,
    Kind.COUNTERS: CounterRow,
    Kind.DEVICES: DeviceRow,
    Kind.INSTALLATIONS: InstallationRow,
    Kind.IRONWORK: IronworkRow,
    Kind.BASES: BaseRow,
    Kind.VEHICLES: VehicleRow,
    Kind.ORDERS: OrderRow,
}
PUT = {
    Kind.GAZETTEER: "put_gazetteer",
    Kind.BINS: "put_bin",
    Kind.DEVICES: "put_device",
    Kind.IRONWORK: "put_ironwork",
    Kind.BASES: "put_base",
    Kind.VEHICLES: "put_vehicle",
}
"""The query that keeps one asset of the kind."""

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


def kept(conn: Connection, council: str, kind: Kind) -> list[Any]:
    """What the council has of a kind that comes line by line, as its file would have it, in the order of its key."""
    return rows(conn, f"kept_{kind}", ROWS[kind], council=council)


def put(conn: Connection, council: str, kind: Kind, assets: Sequence[Any], told: Told) -> None:
    """Keep assets, in the place of those that have the same key."""
    match kind:
        case Kind.INSTALLATIONS:
            _put_installations(conn, council, assets, told)
        case Kind.COUNTERS:
            _put_counters(conn, council, assets)
        case Kind.ORDERS:
            _put_orders(conn, council, assets, told)
        case Kind.WARDS:
            execute_many(conn, "put_ward", [{**_values(each, council), "boundary": Jsonb(each.boundary)} for each in assets])
        case _:
            execute_many(conn, PUT[kind], [_values(each, council) for each in assets])
    if kind in (Kind.BINS, Kind.COUNTERS, Kind.WARDS):
        put_into_wards(conn, council)


def streets_hash(conn: Connection, council: str) -> str | None:
    """SHA-256 of the council's street extract, in hexadecimal digits; None where there is none."""
    found: str | None = value(conn, "kept_streets_hash", council=council)
    return found


def put_streets(conn: Connection, council: str, osm_pbf: bytes, at: datetime) -> None:
    """Put the council's streets in place of the former ones."""
    execute(conn, "put_streets", council=council, osm_pbf=osm_pbf, sha256=sha256(osm_pbf).hexdigest(), imported_at=at)


def owners(conn: Connection, kind: str, ids: Iterable[str | None]) -> dict[str, str]:
    """The council of each of these bins, counters, places, devices or wards that there is."""
    return {owner.id: owner.council for owner in rows(conn, f"owners_of_{kind}", _Owner, ids=[each for each in ids if each])}


def wards(conn: Connection, council: str) -> list[WardBoundary]:
    """The council's wards."""
    return [boundary_of(ward.ward_code, ward.boundary) for ward in rows(conn, "ward_boundaries", _Boundary, council=council)]


def put_into_wards(conn: Connection, council: str) -> None:
    """Note for each bin and counter the ward it stands in, where that is news."""
    known = wards(conn, council)
    for kind in ("bin", "counter"):
        spots = rows(conn, f"{kind}s_and_wards", _Spot, council=council)
        found = ((spot, locate(spot.lat, spot.lon, known)) for spot in spots)
        moved: list[dict[str, object]] = [
            {"id": spot.id, "ward_code": ward_code} for spot, ward_code in found if ward_code != spot.ward_code
        ]
        execute_many(conn, f"put_{kind}_in_ward", moved)


def _put_counters(conn: Connection, council: str, counters: Sequence[CounterRow]) -> None:
    """Counters, and their places, each in the middle of all its counters."""
    named = {counter.place_id: counter for counter in counters}
    missing = [_place([counter], council) for counter in named.values()]
    execute_many(conn, "put_place", missing)
    execute_many(conn, "put_counter", [_values(each, council) for each in counters])
    everywhere = [each for each in kept(conn, council, Kind.COUNTERS) if each.place_id in named]
    for place_id in named:
        execute_many(conn, "put_place", [_place([each for each in everywhere if each.place_id == place_id], council)])


def _put_orders(conn: Connection, council: str, orders: Sequence[OrderRow], told: Told) -> None:
    """Orders: of one that stands only its end and how often may be new."""
    for each in orders:
        asked = {**_values(each, council), "must": each.order == MUST_VISIT}
        del asked["order"]
        if not execute(conn, "change_bin_order", **asked):
            execute(conn, "order_bin", **asked, ordered_by=told.by, ordered_at=told.at)


def _put_installations(conn: Connection, council: str, made: Sequence[InstallationRow], told: Told) -> None:
    """Versions, the earliest first: a new one ends the former, one that is there already is put right."""
    for each in sorted(made, key=lambda row: row.valid_from):
        execute(conn, "register_device", device=each.device, council=council, model=each.model)
        same = version_from(conn, council, each.device, each.valid_from, each.line)
        if same is None:
            begin(conn, council, each, told)
        else:
            put_right(conn, council, same, each, told)


def _values(asset: Any, council: str) -> dict[str, object]:
    return {**asdict(asset), "council": council}


def _place(counters: Sequence[CounterRow], council: str) -> dict[str, object]:
    return {
        "place_id": counters[0].place_id,
        "council": council,
        "name": counters[0].place_name,
        "name_cy": counters[0].place_name_cy,
        "lat": fmean(counter.lat for counter in counters),
        "lon": fmean(counter.lon for counter in counters),
    }
