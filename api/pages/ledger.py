"""The page on which anyone can see that everything that came is accounted for, and what never came."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from api import who
from api.context import Conn, Now
from api.ledger import reasons
from api.pages import render
from api.pages.words import said
from api.paging import PageNumber, paged
from api.reject_words import WORDS
from streets.accounts.ledger import FIRST, LAST, LedgerLine, by_source, read_ledger, total, without_strangers
from streets.store.database import Connection
from streets.store.gaps import open_gap_counts

SOURCES = {
    "tts": "The Things Stack",
    "chirpstack": "ChirpStack",
    "loriot": "LORIOT",
    "thingpark": "ThingPark",
    "direct": said("Devices of the council’s own"),
    "cloud": said("Clouds of counters"),
    "xovis": "Xovis",
    "phone": said("Phones"),
    "unknown": said("Not known who speaks"),
}
NOT_RECORDED = said("The reason was not yet recorded then.")

router = APIRouter(dependencies=[Depends(who.anyone)])


@router.get("/ledger")
def show(request: Request, conn: Conn, at: Now, day: date | None = None, page: PageNumber = 1) -> HTMLResponse:
    """What was sent, received, stored, repeated, refused and lost on one day."""
    today = at.date()
    ledger = read_ledger(conn, day or today, day or today)
    lines = without_strangers(ledger.lines)
    return render.page(
        request,
        "ledger.html",
        day=day or today,
        neighbours=_neighbours(day or today, today),
        total=total(lines),
        sources=by_source(lines),
        source_names=SOURCES,
        reasons=[each | {"why": _why(each["reason"])} for each in reasons(ledger.refusals)],
        # Of a stranger not even a fault tells the name.
        faults=sorted({(fault.source, fault.device if fault.device in _named(lines) else "") for fault in ledger.faults}),
        devices=paged(lines, page),
        address=lambda number: f"/ledger?day={day or today}&page={number}",
        gaps=_open_gaps(conn) if (day or today) == today else {},
    )


def _open_gaps(conn: Connection) -> dict[str, Any]:
    """How many gaps are open now, and when the oldest was found; nothing where none is."""
    found = open_gap_counts(conn)
    if not found:
        return {}
    return {"number": sum(each.gaps for each in found), "oldest_found_at": min(each.oldest_found_at for each in found)}


def _why(reason: str) -> str:
    return WORDS[reason].wrong if reason in WORDS else NOT_RECORDED


def _named(lines: Sequence[LedgerLine]) -> set[str]:
    return {line.device for line in lines}


def _neighbours(day: date, today: date) -> list[tuple[str, date]]:
    """The day before and the day after, with what to call them, as far as there is anything to tell."""
    earlier = [(said("The day before"), day - timedelta(days=1))] if FIRST < day <= LAST else []
    return earlier + ([(said("The day after"), day + timedelta(days=1))] if day < today else [])
