"""Whether everything that came is accounted for."""

from datetime import date

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from api.context import Conn, Now
from api.who import anyone
from streets.store import ledger
from streets.store.ledger import LedgerLine

router = APIRouter(tags=["ledger"], dependencies=[Depends(anyone)])


class Ledger(BaseModel):
    """Messages by source and device; each line and the total balance when received = stored + duplicate + rejected.

    `sent` counts frames by the devices' own counters, `missing` those that never came; null where no counter tells.
    """

    day: date
    lines: list[LedgerLine]
    total: LedgerLine
    balances: bool


@router.get("/v1/ledger")
def show(conn: Conn, at: Now, day: date | None = None) -> Ledger:
    """What came from each device on one UTC day of receipt, today if left out, and what became of it."""
    day = day or at.date()
    lines = ledger.ledger(conn, day)
    return Ledger(day=day, lines=lines, total=ledger.totals(lines), balances=all(line.balances for line in lines))
