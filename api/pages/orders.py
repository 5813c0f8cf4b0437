"""`/officer/orders`: bins that must be visited, and bins that cannot be."""

from collections.abc import Mapping
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.asked import RecordId
from api.context import Conn, Now
from api.health_words import ALARMS
from api.order_forms import read
from api.order_words import WHY_WORDS
from api.pages import render
from api.pages.forms import Typed
from api.pages.words import LONDON
from api.problems import NotHere
from api.round_faces import PRIVATE
from api.who import Officer
from streets.rounds.orders import FORBIDDING
from streets.store import alarms, bin_orders
from streets.store.database import Connection

router = APIRouter()


@router.get("/officer/orders")
def show(request: Request, conn: Conn, caller: Officer, at: Now, bin_id: str = "", why: str = "") -> Response:
    """The orders that stand, and a form for another; a link may have filled in its bin and its reason."""
    typed = {"bin_id": bin_id, "why": why, "kind": "must" if bin_id else "", "from_date": _today(at)}
    return _page(request, conn, caller.council, at, typed)


@router.post("/officer/orders")
def add(request: Request, conn: Conn, caller: Officer, at: Now, typed: Typed) -> Response:
    """Keep an order; or the form again, with what is wrong."""
    words = render.words(request)
    body, errors = read(words, typed, at.astimezone(LONDON).date())
    if "bin_id" not in errors and not bin_orders.has_bin(conn, caller.council, typed["bin_id"].strip().replace("\0", "")):
        errors = {"bin_id": words("Your council has no such bin in use."), **errors}
    if body is None or errors:
        return _page(request, conn, caller.council, at, typed, errors)
    bin_orders.add(conn, caller.council, **body.model_dump(), by=caller.subject, at=at)
    return render.see_other(request, "/officer/orders")


@router.post("/officer/orders/{order_id}/end")
def end(request: Request, order_id: RecordId, conn: Conn, caller: Officer, at: Now) -> Response:
    """End an order; then the list again."""
    if not bin_orders.end(conn, caller.council, order_id, caller.subject, at):
        raise NotHere("Your council has no such order that stands.")
    return render.see_other(request, "/officer/orders")


def _today(at: datetime) -> str:
    return at.astimezone(LONDON).date().isoformat()


def _page(
    request: Request, conn: Connection, council: str, at: datetime, typed: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    """The page, with the form as it was filled in and what is wrong with it."""
    going_on = [one for one in alarms.alarms(conn, council, at) if one.bin_id and one.ended_at is None and not one.late]
    response = render.page(
        request,
        "orders.html",
        422 if errors else 200,
        orders=bin_orders.standing(conn, council),
        ended=bin_orders.ended(conn, council),
        alarms=going_on,
        alarm_words=ALARMS,
        forbidding=FORBIDDING,
        whys=WHY_WORDS,
        typed=typed,
        errors=errors or {},
    )
    response.headers.update(PRIVATE)
    return response
