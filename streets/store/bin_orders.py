"""Officers' orders of single bins."""

from dataclasses import dataclass
from datetime import date, datetime

from streets.rounds.orders import Order
from streets.store.database import Connection, execute, rows, value


@dataclass(frozen=True, slots=True)
class FoundNotFull:
    """When a crew looked into a bin and found nothing to take."""

    bin_id: str
    at: datetime


def standing(conn: Connection, council: str) -> list[Order]:
    """The orders that nobody has ended, the newest first."""
    return rows(conn, "bin_orders", Order, council=council, ended=False)


def ended(conn: Connection, council: str) -> list[Order]:
    """The orders that were ended, the newest first."""
    return rows(conn, "bin_orders", Order, council=council, ended=True)


def of_day(conn: Connection, council: str, service_date: date) -> list[Order]:
    """The orders that hold on a day, the newest first."""
    return rows(conn, "bin_orders_of_day", Order, council=council, service_date=service_date)


def found_not_full(conn: Connection, council: str) -> dict[str, datetime]:
    """When a crew last found nothing to take, by bin, of bins that must be visited."""
    return {found.bin_id: found.at for found in rows(conn, "bins_found_not_full", FoundNotFull, council=council)}


def has_bin(conn: Connection, council: str, bin_id: str) -> bool:
    """Whether the council has such a bin in use."""
    return bool(value(conn, "bin_in_use", council=council, bin_id=bin_id))


def add(
    conn: Connection, council: str, *, bin_id: str, must: bool, why: str, note: str, from_date: date, until_date: date | None,
    every_days: int | None, by: str, at: datetime,
) -> int | None:  # fmt: skip
    """Keep an order; its id, or None where the council has no such bin in use."""
    kept: int | None = value(
        conn, "add_bin_order", council=council, bin_id=bin_id, must=must, why=why, note=note, from_date=from_date,
        until_date=until_date, every_days=every_days, ordered_by=by, ordered_at=at,
    )  # fmt: skip
    return kept


def end(conn: Connection, council: str, order_id: int, by: str, at: datetime) -> bool:
    """End an order; False where the council has none such that stands."""
    return execute(conn, "end_bin_order", council=council, order_id=order_id, by=by, at=at) > 0
