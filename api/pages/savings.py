"""`/savings`: what the rounds saved against the schedule they replace, month by month; and one month to check."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from api.context import Conn
from api.pages import render
from api.savings import KnownMonth
from api.savings_words import ASSUMED, NOT_COUNTED
from api.who import anyone
from streets.accounts.savings import months_told
from streets.store import savings

router = APIRouter(dependencies=[Depends(anyone)])

MONTHS_SHOWN = 24


@router.get("/savings")
def list_page(request: Request, conn: Conn) -> HTMLResponse:
    """Each council's months, the newest first."""
    every = months_told(conn)
    names = dict(sorted(((told.facts.council, told.facts.council_name) for told in every), key=lambda pair: pair[1]))
    councils = [(name, [told for told in every if told.facts.council == key][:MONTHS_SHOWN]) for key, name in names.items()]
    return render.page(request, "savings.html", councils=councils)


@router.get("/savings/{council}/{month}")
def month_page(request: Request, conn: Conn, known: KnownMonth) -> HTMLResponse:
    """One month: both sides, overflows beside them, what is not counted, and what it is worked out with."""
    return render.page(
        request,
        "savings_month.html",
        told=known,
        wards=savings.wards(conn, known.facts.council, known.facts.month),
        assumed=ASSUMED,
        not_counted=NOT_COUNTED,
    )
