"""An officer's own word on whether a sensor in a bin has the vote, which stands above the reports (streets.store.suitability)."""

from dataclasses import dataclass
from datetime import datetime

from streets.store.database import Connection, execute, rows


@dataclass(frozen=True, slots=True)
class Override:
    """An officer's word on whether an installation has the vote; `ended_at` is None where nobody ended it early."""

    override_id: int
    vote: bool
    reason: str
    told_by: str
    told_at: datetime
    until: datetime
    ended_at: datetime | None
    ended_by: str | None

    def holds(self, at: datetime) -> bool:
        """Whether it is in force."""
        return self.told_at <= at < (self.ended_at or self.until)


def overrides(conn: Connection, installation_id: int) -> list[Override]:
    """Every officer's word on an installation, newest first."""
    return rows(conn, "overrides", Override, installation_id=installation_id)


def tell(conn: Connection, installation_id: int, vote: bool, reason: str, by: str, at: datetime, until: datetime) -> None:
    """Keep an officer's word from `at` until `until`; it takes the place of the one before."""
    end(conn, installation_id, by, at)
    execute(conn, "override_add", installation_id=installation_id, vote=vote, reason=reason, by=by, at=at, until=until)


def end(conn: Connection, installation_id: int, by: str, at: datetime) -> bool:
    """End the officer's word in force; False where there is none."""
    return execute(conn, "override_end", installation_id=installation_id, by=by, at=at) > 0
