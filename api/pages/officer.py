"""`/officer`: where officers begin."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.context import Conn
from api.pages import render
from api.round_faces import PRIVATE
from api.who import Officer
from streets.store import rejects
from streets.store.rejects import Wanted

router = APIRouter()


@router.get("/officer")
def show(request: Request, conn: Conn, caller: Officer) -> Response:
    """What officers look after."""
    refused = sum(trouble.messages for trouble in rejects.troubles(conn, Wanted(council=caller.council)))
    response = render.page(request, "officer.html", caller=caller, refused=refused)
    response.headers.update(PRIVATE)
    return response
