"""Whether everything that came is accounted for."""

from collections import Counter
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from api.context import Conn, Now
from api.faces import csv_face, json_face, record
from api.problems import Problem
from api.shapes import Csv, many, shape
from api.who import Officer, anyone
from streets.accounts.ledger import Ledger, LedgerLine, by_day, by_device, read_ledger, total, without_strangers
from streets.store import ledger as store
from streets.store.ledger import Refusals

DAYS_AT_MOST = 31
COLUMNS = (
    *("day", "source", "device", "council", "sent", "heard", "missing"),
    *("received", "stored", "duplicate", "rejected", "untold"),
)

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


LINE = shape("LedgerLine", LedgerLine, without=("day",))
REASON = shape("RefusedFor", source=str, reason=str, rejected=int)
LEDGER = shape(
    "Ledger",
    **{"from": date, "to": date},
    day=date | None,
    lines=many(LINE),
    days=list[LedgerLine],
    total=LINE,
    reasons=many(REASON) | None,
    balances=bool,
)
REFUSED = shape("Refused", **{"from": date, "to": date}, refused=many(shape("Refusals", Refusals)))
Span = Annotated[tuple[date, date], Depends(span)]


@router.get("/v1/ledger", dependencies=[Depends(anyone)], response_model=LEDGER)
def show(conn: Conn, days: Span, device: str | None = None) -> Response:
    """What the devices sent, what came, what became of it, and why messages were refused.

    received = stored + duplicate + rejected are by UTC day of receipt. sent = heard + missing are by UTC day of sending, by the
    devices' own counters, null where there is none; of `untold` refused messages the counter is not kept: up to as many of the
    missing came. Devices that no council has registered stand together without a name.
    """
    return json_face(_told(read_ledger(conn, *days), days, device))


@router.get("/v1/ledger.csv", dependencies=[Depends(anyone)], response_class=Csv)
def show_csv(conn: Conn, days: Span, device: str | None = None) -> Response:
    """The same, a row for each day, source and device."""
    return csv_face(_of(without_strangers(read_ledger(conn, *days).lines), device), COLUMNS, "ledger")


@router.get("/v1/ledger/refused", response_model=REFUSED)
def show_refused(conn: Conn, caller: Officer, days: Span) -> Response:
    """Why messages of the devices of the officer's council were refused, by day and device."""
    owners = store.owners(conn)
    refused = [each for each in store.refusals(conn, *days) if owners.get(each.device) == caller.council]
    return json_face({"from": days[0], "to": days[1], "refused": [each._asdict() for each in refused]})


def reasons(refusals: list[Refusals]) -> list[dict[str, Any]]:
    """How often each reason came with each source, most often first."""
    counts: Counter[tuple[str, str]] = Counter()
    for each in refusals:
        counts[each.source, each.reason] += each.rejected
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [{"source": source, "reason": reason, "rejected": times} for (source, reason), times in ordered]


def _of(lines: list[LedgerLine], device: str | None) -> list[LedgerLine]:
    return [line for line in lines if device in (None, line.device)]


def _told(ledger: Ledger, days: tuple[date, date], device: str | None) -> dict[str, Any]:
    lines = _of(without_strangers(ledger.lines), device)
    return {
        "day": days[0] if days[0] == days[1] else None,
        "from": days[0],
        "to": days[1],
        "lines": [_fields(line) for line in by_device(lines)],
        "days": [record(line) for line in by_day(lines)],
        "total": _fields(total(lines)),
        # Why a single device was refused is for the officers of its council.
        "reasons": reasons(ledger.refusals) if device is None else None,
        "balances": ledger.balances,
    }


def _fields(line: LedgerLine) -> dict[str, Any]:
    return {name: value for name, value in record(line).items() if name != "day"}
