"""Rounds: what planning reads, and the plans it keeps."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from streets.network.access import USUAL, Size
from streets.rounds.outlook import BinToday
from streets.store.database import Connection, column, execute, execute_many, row, rows, value


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """A depot or a tip, and the local hours of a tip; None: all day."""

    base_id: str
    kind: str
    name: str
    lat: float
    lon: float
    service_s: int
    open_from: time | None = None
    open_until: time | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """A vehicle, its shift and its crew's break in local time; what is None is as planning assumes it."""

    vehicle_id: str
    name: str
    capacity_l: float
    shift_from: time
    shift_until: time
    capacity_kg: float | None = None
    break_min: int | None = None
    break_from: time | None = None
    break_until: time | None = None
    weight_t: float | None = None
    width_m: float | None = None
    height_m: float | None = None

    @property
    def size(self) -> Size:
        """How large it is, as far as streets have limits."""
        told = {"weight_t": self.weight_t, "width_m": self.width_m, "height_m": self.height_m}
        return replace(USUAL, **{name: value for name, value in told.items() if value is not None})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachableBin(BinToday):
    """A bin as last understood, with the local hours in which a vehicle may reach it, and what a litre in it weighs."""

    reach_from: time | None
    reach_until: time | None
    kg_per_l: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRound:
    """A round as kept. `settings` holds the prices, seed and budget it was planned with."""

    round_id: UUID
    council: str
    service_date: date
    vehicle_id: str
    vehicle_name: str
    version: int
    planned_at: datetime
    planned_by: str
    starts_at: datetime
    ends_at: datetime
    drive_s: int
    distance_m: int
    settings: dict[str, Any]
    superseded_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStop:
    """A stop as kept; `leg_line` is [[longitude, latitude], …] from the stop before."""

    stop_id: UUID
    round_id: UUID
    position: int
    kind: str
    bin_id: str | None
    base_id: str | None
    name: str
    lat: float
    lon: float
    eta: datetime
    leg_s: int
    leg_m: int
    leg_line: list[list[float]]
    leg_streets: list[str]
    service_s: int
    window_from: datetime | None
    window_until: datetime | None
    expected_load_l: float | None
    why: str
    why_detail: dict[str, Any]

    @property
    def is_work(self) -> bool:
        """Whether there is something to do that crews tell of: a bin or a tip."""
        return self.kind in ("bin", "tip")

    @property
    def told_of(self) -> str | UUID:
        """What events are told of: the bin, which keeps them when it is planned again, or at a tip the stop."""
        return self.bin_id or self.stop_id

    @property
    def key(self) -> str:
        """The same as text."""
        return str(self.told_of)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotToday:
    """A bin on none of the day's rounds."""

    bin_id: str
    name: str
    lat: float
    lon: float
    why: str
    why_detail: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanVersion:
    """A version of a day's plan in figures: bins on its rounds (done ones move on to the next version), bins left out."""

    service_date: date
    version: int
    planned_at: datetime
    planned_by: str
    in_force: bool
    rounds: int
    distance_m: int
    bins: int
    left_out: int
    musts_left: int
    pence_per_overflow: float | None


def versions(conn: Connection, council: str, from_date: date, until_date: date) -> list[PlanVersion]:
    """Every version of the plans for the days from one to another, both included, the newest first."""
    return rows(conn, "round_versions", PlanVersion, council=council, from_date=from_date, until_date=until_date)


def plannable(conn: Connection, council: str | None = None) -> list[str]:
    """The councils that have all that planning needs."""
    return column(conn, "round_councils", council=council)


def planned_for(conn: Connection) -> list[str]:
    """The councils that rounds were ever planned for."""
    return column(conn, "rounds_planned_for")


def lock(conn: Connection, council: str, service_date: date) -> None:
    """Hold other planners of the same day back until the transaction ends."""
    value(conn, "round_lock", council=council, service_date=service_date)


def street_extract(conn: Connection, council: str) -> bytes | None:
    """The council's streets as .osm.pbf."""
    found: bytes | None = value(conn, "round_streets", council=council)
    return found


def bases(conn: Connection, council: str) -> list[Base]:
    """Depots and tips."""
    return rows(conn, "round_bases", Base, council=council)


def vehicles(conn: Connection, council: str) -> list[Vehicle]:
    """Vehicles."""
    return rows(conn, "round_vehicles", Vehicle, council=council)


def bins(conn: Connection, council: str, service_date: date, at: datetime) -> list[ReachableBin]:
    """Every bin in use, as last understood, for a round on that day."""
    return rows(conn, "round_bins", ReachableBin, council=council, service_date=service_date, at=at)


def of_day(conn: Connection, council: str, service_date: date) -> list[PlannedRound]:
    """The rounds in force on a day."""
    return rows(conn, "rounds_of_day", PlannedRound, council=council, service_date=service_date)


def in_force(conn: Connection, council: str | None, round_id: UUID) -> PlannedRound | None:
    """The round, or the one that superseded it; of one council, or with None of any."""
    return row(conn, "round_in_force", PlannedRound, council=council, round_id=round_id)


def stops(conn: Connection, round_id: UUID) -> list[PlannedStop]:
    """The stops of a round in order."""
    return rows(conn, "round_stops", PlannedStop, round_id=round_id)


def left_out(conn: Connection, council: str, service_date: date) -> list[NotToday]:
    """The bins on none of the day's rounds in force."""
    return rows(conn, "rounds_left_out", NotToday, council=council, service_date=service_date)


def supersede(conn: Connection, council: str, service_date: date, vehicle_ids: Sequence[str], at: datetime) -> None:
    """Take the day's rounds of these vehicles out of force."""
    execute(conn, "supersede_rounds", council=council, service_date=service_date, vehicle_ids=list(vehicle_ids), at=at)


def keep(conn: Connection, planned: PlannedRound, new_stops: Sequence[PlannedStop], done: Mapping[UUID, int]) -> None:
    """Keep a round with its new stops; the stops in `done` (stop → position) are handed on to it from an older version."""
    values = {name: each for name, each in asdict(planned).items() if name not in ("vehicle_name", "superseded_at")}
    execute(conn, "add_round", **{**values, "settings": Jsonb(planned.settings)})
    for stop_id, position in done.items():
        execute(conn, "move_round_stop", stop_id=stop_id, round_id=planned.round_id, position=position)
    execute_many(conn, "add_round_stop", [_stop_values(stop) for stop in new_stops])


def _stop_values(stop: PlannedStop) -> dict[str, object]:
    return {**asdict(stop), "leg_line": Jsonb(stop.leg_line), "why_detail": Jsonb(stop.why_detail)}


def keep_left_out(conn: Connection, round_id: UUID, left: Sequence[NotToday]) -> None:
    """Keep, with the first round of a plan, the bins that are on none of its rounds."""
    execute_many(
        conn,
        "add_round_left_out",
        [{"round_id": round_id, "bin_id": each.bin_id, "why": each.why, "why_detail": Jsonb(each.why_detail)} for each in left],
    )
