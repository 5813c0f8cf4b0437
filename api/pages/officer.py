"""`/officer`: where officers begin."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.context import Conn, Now
from api.pages import render
from api.round_faces import PRIVATE
from api.who import Officer
from streets.store import alarms, health, rejects
from streets.store.rejects import Wanted

router = APIRouter()


@router.get("/officer")
def show(request: Request, conn: Conn, caller: Officer, at: Now) -> Response:
    """What officers look after."""
    refused = sum(trouble.messages for trouble in rejects.troubles(conn, Wanted(council=caller.council)))
    ringing = sum(alarm.rings for alarm in alarms.alarms(conn, caller.council, at))
    troubled = health.troubled(conn, caller.council)
    response = render.page(request, "officer.html", caller=caller, refused=refused, ringing=ringing, troubled=troubled)
    response.headers.update(PRIVATE)
    return response
