"""How full crews found their vehicles."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from streets.rounds.aboard import LoadTold
from streets.store.database import Connection, execute, rows


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleLoad:
    """What a crew told of its vehicle. `load_share` is a share of its capacity, 0 to 1."""

    load_id: UUID
    council: str
    vehicle_id: str
    service_date: date
    at: datetime
    load_share: float
    received_at: datetime
    told_by: str


def tell(conn: Connection, load: VehicleLoad) -> None:
    """Keep it; the same identity again changes nothing."""
    execute(conn, "add_vehicle_load", **asdict(load))


def of_day(conn: Connection, council: str, service_date: date) -> dict[str, LoadTold]:
    """The last that was told of each vehicle on a day."""
    found = rows(conn, "vehicle_loads_of_day", _LoadRow, council=council, service_date=service_date)
    return {each.vehicle_id: LoadTold(each.at, each.load_share) for each in found}


def bin_capacities_l(conn: Connection, council: str) -> dict[str, float]:
    """Litres that each bin holds."""
    return {each.bin_id: each.capacity_l for each in rows(conn, "bin_capacities", _CapacityRow, council=council)}


@dataclass(frozen=True, slots=True, kw_only=True)
class _CapacityRow:
    bin_id: str
    capacity_l: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _LoadRow:
    vehicle_id: str
    at: datetime
    load_share: float
