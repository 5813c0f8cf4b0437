"""Close the days of the savings ledger, one council's day at a time."""

from datetime import datetime

from streets.planning.savings import close_day, closes_at
from streets.store import rounds, savings
from streets.store.database import Database


def close_days(db: Database, at: datetime) -> str:
    """Close each council's next day, once no more taps are waited for."""
    with db.transaction() as conn:
        councils = rounds.planned_for(conn)
    told = []
    for council in councils:
        with db.transaction() as conn:
            day = savings.open_day(conn, council)
            if day is None or at < closes_at(day):
                continue
            told.append(f"{council}: {day} {close_day(conn, council, day, at)}")
    return "; ".join(told) or "no day to close"
