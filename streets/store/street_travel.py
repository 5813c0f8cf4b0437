"""Seconds and metres between a council's bins, tips and depot, kept from plan to plan."""

from dataclasses import asdict, dataclass
from datetime import datetime

from streets.store.database import Connection, execute, row


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTravel:
    """Index i is the i-th point. `seconds` and `metres` are as streets.routing.shelf packs them."""

    lats: list[float]
    lons: list[float]
    off_m: list[float | None]
    open_from_s: list[int | None]
    open_until_s: list[int | None]
    seconds: bytes
    metres: bytes


def kept(conn: Connection, council: str, vehicle_size: str, basis: str) -> KeptTravel | None:
    """What is kept of a council for vehicles of a size, if it rests on this basis."""
    return row(conn, "street_travel", KeptTravel, council=council, vehicle_size=vehicle_size, basis=basis)


def keep(conn: Connection, council: str, vehicle_size: str, basis: str, travel: KeptTravel, at: datetime) -> None:
    """Keep this in place of what was kept for that size; who plans beside another does not wait to keep the same."""
    where = {"council": council, "vehicle_size": vehicle_size, "basis": basis}
    execute(conn, "keep_street_travel", **where, computed_at=at, **asdict(travel))
