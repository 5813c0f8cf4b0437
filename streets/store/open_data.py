"""How fresh the open data are."""

from dataclasses import dataclass
from datetime import datetime

from streets.store.database import Connection, row


@dataclass(frozen=True, slots=True)
class Updated:
    """When each kind of open data last changed; None where there is none of it yet."""

    bins_at: datetime | None
    footfall_at: datetime | None
    potholes_at: datetime | None
    coverage_at: datetime | None
    revisions_at: datetime | None
    ledger_at: datetime | None
    savings_at: datetime | None


def updated(conn: Connection) -> Updated:
    """The times of the last changes."""
    return row(conn, "open_data_updated", Updated) or Updated(None, None, None, None, None, None, None)
