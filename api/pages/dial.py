"""`/officer/dial`: what rounds are planned with, from which day on, and what that means."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.context import Conn, Now
from api.dial_forms import PRICED, filled_in, read
from api.pages import render
from api.pages.forms import Typed
from api.pages.words import LONDON
from api.round_faces import PRIVATE
from api.who import Officer
from streets.store import planning_settings
from streets.store.database import Connection

router = APIRouter()

EXAMPLES = (0.1, 0.25, 0.5, 0.9)
"""Probabilities of an overflow, for the worked example."""


@router.get("/officer/dial")
def show(
    request: Request, conn: Conn, caller: Officer, at: Now,
    pence_per_overflow: Annotated[float | None, Query(ge=0, le=1_000_000, allow_inf_nan=False)] = None,
    why: Annotated[str, Query(max_length=500)] = "",
) -> Response:  # fmt: skip
    """The figures in force, to change; the frontier's links bring the price that was chosen there."""
    setting = planning_settings.of_day(conn, caller.council, at.astimezone(LONDON).date())
    return _page(request, conn, caller.council, at, filled_in(setting, at, pence_per_overflow, why))


@router.post("/officer/dial")
def change(request: Request, conn: Conn, caller: Officer, at: Now, typed: Typed) -> Response:
    """Keep a new version; or the form again, with what is wrong."""
    setting, errors = read(render.words(request), typed, caller.subject, at)
    if setting is None:
        return _page(request, conn, caller.council, at, typed, errors)
    planning_settings.add(conn, caller.council, setting)
    return render.see_other(request, "/officer/dial")


def _page(
    request: Request, conn: Connection, council: str, at: datetime, typed: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    """The page, with the form as it was filled in and what is wrong with it."""
    response = render.page(
        request,
        "dial.html",
        422 if errors else 200,
        in_force=planning_settings.of_day(conn, council, at.astimezone(LONDON).date()),
        versions=planning_settings.versions(conn, council),
        examples=EXAMPLES,
        priced=PRICED,
        typed=typed,
        errors=errors or {},
    )
    response.headers.update(PRIVATE)
    return response
