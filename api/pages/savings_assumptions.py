"""`/officer/savings`: what savings are worked out with, from which month on, and the complaints of each month."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from api.context import Conn, Now
from api.pages import render
from api.round_faces import PRIVATE
from api.savings_forms import (
    AssumptionsForm,
    ComplaintsForm,
    assumptions_form,
    complaints_form,
    filled_in,
    shown,
    wrong_with_assumptions,
    wrong_with_complaints,
)
from api.savings_words import ASSUMED
from api.who import Officer
from streets.rounds.assumptions import Assumptions
from streets.store import savings
from streets.store.database import Connection

router = APIRouter()


@router.get("/officer/savings")
def show(request: Request, conn: Conn, at: Now, caller: Officer) -> Response:
    """The figures in force, to change; and a month's complaints, to tell."""
    return _page(request, conn, caller.council, at)


@router.post("/officer/savings/assumptions")
def assume(
    request: Request, conn: Conn, at: Now, caller: Officer, form: Annotated[AssumptionsForm, Depends(assumptions_form)]
) -> Response:
    """Keep a new version of the assumptions."""
    errors = wrong_with_assumptions(render.words(request), form, at)
    if errors or form.month.first is None:
        return _page(request, conn, caller.council, at, form=form, errors=errors)
    savings.assume(conn, caller.council, form.month.first, form.assumptions(), caller.subject, at, form.note)
    return render.see_other(request, "/officer/savings")


@router.post("/officer/savings/complaints")
def tell_complaints(
    request: Request, conn: Conn, at: Now, caller: Officer, form: Annotated[ComplaintsForm, Depends(complaints_form)]
) -> Response:
    """Keep how many complaints a month had."""
    errors, told = wrong_with_complaints(render.words(request), form, at), form.told(caller.subject, at)
    if errors or told is None:
        return _page(request, conn, caller.council, at, complaints=form, errors=errors)
    savings.tell_complaints(conn, caller.council, told)
    return render.see_other(request, "/officer/savings")


def _page(
    request: Request, conn: Connection, council: str, at: datetime, form: AssumptionsForm | None = None,
    complaints: ComplaintsForm | None = None, errors: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    """The page, with the forms as they were filled in and what is wrong with them."""
    versions = savings.assumptions(conn, council)
    latest = versions[-1] if versions else Assumptions()
    response = render.page(
        request,
        "savings_assumptions.html",
        422 if errors else 200,
        assumed=ASSUMED,
        shown=shown,
        versions=versions,
        form=form or filled_in(latest, at),
        complaints=complaints or ComplaintsForm(),
        told=savings.complaints(conn, council),
        errors=errors or {},
    )
    response.headers.update(PRIVATE)
    return response
