"""The ledger: what came from each device on each day, and what became of it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from streets.store.database import Connection, execute_many, rows


@dataclass(frozen=True, slots=True)
class Tally:
    """What came from one device on one UTC day. `device` is empty where the message did not say."""

    day: date
    source: str
    device: str
    received: int
    stored: int
    duplicate: int
    rejected: int


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One device's messages. `sent` and `missing` are None where no frame with a counter is kept to tell by."""

    source: str
    device: str
    sent: int | None
    received: int
    stored: int
    duplicate: int
    rejected: int
    missing: int | None

    @property
    def balances(self) -> bool:
        """Whether every message received has exactly one outcome."""
        return self.received == self.stored + self.duplicate + self.rejected


def count_messages(conn: Connection, tallies: Sequence[Tally]) -> None:
    """Add to the ledger."""
    execute_many(conn, "count_messages", [asdict(tally) for tally in sorted(tallies, key=lambda t: (t.day, t.source, t.device))])


def ledger(conn: Connection, day: date | None) -> list[LedgerLine]:
    """Every device's line for one UTC day, or for all days together."""
    return rows(conn, "ledger", LedgerLine, day=day)
