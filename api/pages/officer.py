"""`/officer`: where officers begin."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.context import Conn, Now
from api.pages import render
from api.round_faces import PRIVATE
from api.suitability_forms import needs_somebody
from api.who import Officer
from streets.store import alarms, health, rejects, suitability
from streets.store.rejects import Wanted

router = APIRouter()


@router.get("/officer")
def show(request: Request, conn: Conn, at: Now, caller: Officer) -> Response:
    """What officers look after."""
    waiting = {
        "ringing": sum(alarm.rings for alarm in alarms.alarms(conn, caller.council, at)),
        "troubled": health.troubled(conn, caller.council),
        "refused": sum(trouble.messages for trouble in rejects.troubles(conn, Wanted(council=caller.council))),
        "unsuited": sum(needs_somebody(one) for one in suitability.sensors(conn, caller.council, at)),
    }
    response = render.page(request, "officer.html", caller=caller, **waiting)
    response.headers.update(PRIVATE)
    return response
