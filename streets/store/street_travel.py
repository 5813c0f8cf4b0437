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


def kept(conn: Connection, council: str, basis: str) -> KeptTravel | None:
    """What is kept of a council, if it rests on this basis."""
    return row(conn, "street_travel", KeptTravel, council=council, basis=basis)


def keep(conn: Connection, council: str, basis: str, travel: KeptTravel, at: datetime) -> None:
    """Keep this in place of what was kept of the council; who plans beside another does not wait to keep the same."""
    execute(conn, "keep_street_travel", council=council, basis=basis, computed_at=at, **asdict(travel))
