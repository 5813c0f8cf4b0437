"""`/transparency`: how our algorithms decide, as the national standard asks; and what only a council knows of it, as a form."""

from collections.abc import Mapping

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from api.atrs import NOT_STATED, STANDARD
from api.atrs_form import OWN, Tool
from api.context import Conn, Now
from api.pages import render
from api.pages.forms import Typed
from api.pages.words import said
from api.round_faces import PRIVATE
from api.transparency import Asked
from api.transparency_forms import typed_of, wrong_with
from api.who import Officer, anyone
from streets.store import transparency

router = APIRouter()

NAMES: dict[Tool, str] = {"rounds": said("Which bins are emptied when"), "potholes": said("Where the road jolts")}


@router.get("/transparency", dependencies=[Depends(anyone)])
def list_page(request: Request, conn: Conn) -> HTMLResponse:
    """Every council's records."""
    return render.page(request, "transparency.html", councils=transparency.councils(conn), tools=NAMES)


@router.get("/transparency/{council}/{tool}", dependencies=[Depends(anyone)])
def record_page(request: Request, asked: Asked) -> HTMLResponse:
    """One record, as it is now."""
    return render.page(request, "transparency_record.html", told=asked, tools=NAMES, standard=STANDARD, not_stated=NOT_STATED)


@router.get("/officer/transparency/{tool}")
def show_form(request: Request, tool: Tool, conn: Conn, caller: Officer) -> Response:
    """What the council says of a tool, to change."""
    stated = transparency.statements(conn, caller.council, tool)
    return _form(request, tool, caller.council, {name: each.said for name, each in stated.items()})


@router.post("/officer/transparency/{tool}")
def say(request: Request, tool: Tool, conn: Conn, at: Now, caller: Officer, form: Typed) -> Response:
    """Keep the answers that changed."""
    answers = typed_of(form)
    errors = wrong_with(render.words(request), answers)
    if errors:
        return _form(request, tool, caller.council, answers, errors)
    stated = transparency.statements(conn, caller.council, tool)
    for name, text in answers.items():
        if text != (stated[name].said if name in stated else ""):
            transparency.say(conn, caller.council, tool, name, text, caller.subject, at)
    return render.see_other(request, f"/transparency/{caller.council}/{tool}")


def _form(
    request: Request, tool: Tool, council: str, typed: Mapping[str, str], errors: Mapping[str, str] | None = None
) -> Response:
    response = render.page(
        request,
        "transparency_form.html",
        422 if errors else 200,
        tool=tool,
        tools=NAMES,
        council=council,
        fields=OWN,
        typed=typed,
        errors=errors or {},
    )
    response.headers.update(PRIVATE)
    return response
