"""What officers order of single bins, and what alarms say of them: must be visited, or cannot be."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An officer's order; the columns of `bin_order`. The bin must be visited, once or every so many days; or it cannot be."""

    order_id: int
    bin_id: str
    name: str
    must: bool
    why: str
    note: str
    from_date: date
    until_date: date | None
    every_days: int | None
    ordered_by: str
    ordered_at: datetime
    ended_by: str | None
    ended_at: datetime | None

    def is_due(self, service_date: date, visited_at: datetime | None, visited_on: date | None) -> bool:
        """Whether an order to visit asks for it on this day, by the last visit: its time, and its local day."""
        if visited_at is None or visited_on is None:
            return True
        if self.every_days is not None:
            return service_date - visited_on >= timedelta(days=self.every_days)
        return visited_at < self.ordered_at or visited_on < self.from_date


@dataclass(frozen=True, slots=True)
class Ordered:
    """What holds of a bin on a day: it must be visited, or cannot be. `why` is an order's, or the kind of an alarm."""

    must: bool
    why: str
    note: str | None = None
    until: date | None = None

    @property
    def detail(self) -> dict[str, Any]:
        """The figures behind the reason, as round_stop.why_detail keeps them."""
        told = {"must" if self.must else "cannot": self.why, "order_note": self.note}
        until = self.until.isoformat() if self.until else None
        return {name: value for name, value in (told | {"order_until": until}).items() if value is not None}


FORBIDDING = ("fire", "heat")
"""Alarms under which nobody should open a bin."""


def ordered(due: Iterable[Order], alarms: Collection[str], unseen: Collection[str]) -> Ordered | None:
    """What holds of a bin: `due` are its orders of the day, the newest first; `alarms` go on, of which nobody saw to `unseen`.

    What cannot be outweighs what must be. A bin that was knocked over is a hazard until an officer has it in hand.
    """
    burning = next((kind for kind in FORBIDDING if kind in alarms), None)
    if burning is not None:
        return Ordered(False, burning)
    orders = sorted(due, key=lambda order: order.must)
    if orders:
        first = orders[0]
        return Ordered(first.must, first.why, first.note, first.until_date)
    return Ordered(True, "hazard", None) if "tilt" in unseen else None
