"""The ledger: what came from each device on each day, and what became of it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta

from streets.store.database import Connection, execute_many, rows

# All days: from before the first sensor until after the last.
FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(3000, 1, 1, tzinfo=UTC)


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
    starts_at, ends_at = FIRST, LAST
    if day is not None:
        starts_at = datetime.combine(day, time(), UTC)
        # The calendar ends with 9999, and nothing arrives so late.
        ends_at = min(starts_at, LAST) + timedelta(days=1)
    return rows(conn, "ledger", LedgerLine, starts_at=starts_at, ends_at=ends_at)


def totals(lines: Sequence[LedgerLine]) -> LedgerLine:
    """All lines as one, with the source `all`; sent and missing over those lines that know them."""
    return LedgerLine(
        "all",
        "",
        sum(line.sent or 0 for line in lines),
        sum(line.received for line in lines),
        sum(line.stored for line in lines),
        sum(line.duplicate for line in lines),
        sum(line.rejected for line in lines),
        sum(line.missing or 0 for line in lines),
    )
