"""Whether everything that came is accounted for."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from api.context import Conn, Now
from api.faces import csv_face, json_face, record
from api.problems import Problem
from api.who import Officer, anyone
from streets.accounts.ledger import Ledger, LedgerLine, by_day, by_device, read_ledger, total, without_strangers
from streets.store import ledger as store
from streets.store.ledger import Refusals

DAYS_AT_MOST = 92
COLUMNS = ("day", "source", "device", "council", "sent", "heard", "missing", "received", "stored", "duplicate", "rejected")

router = APIRouter(tags=["ledger"])


def span(
    at: Now,
    day: date | None = None,
    since: Annotated[date | None, Query(alias="from")] = None,
    until: Annotated[date | None, Query(alias="to")] = None,
) -> tuple[date, date]:
    """The days asked for: one `day`, or `from` one `to` another, both included; today if left out. Raises Problem 422."""
    if day is not None and (since is not None or until is not None):
        raise Problem(422, "invalid", "Ask for one day, or from one to another.")
    last = day or until or at.date()
    first = day or since or last
    if not timedelta() <= last - first < timedelta(days=DAYS_AT_MOST):
        raise Problem(422, "invalid", f"From one day to a later one, and at most {DAYS_AT_MOST} days.")
    return first, last


Span = Annotated[tuple[date, date], Depends(span)]
