"""How the devices of the officer's council are, and their alarms; the same for programs, such as an out-of-hours desk's."""

from datetime import datetime, timedelta
from typing import Any, Literal

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import AwareDatetime

from api.asked import RecordId
from api.context import Conn, Now
from api.faces import record
from api.problems import NotHere
from api.round_faces import json_answer
from api.who import Caller, Officer
from streets.store import alarms, health
from streets.store.alarms import Alarm
from streets.store.database import Connection
from streets.store.health import DeviceHealth

router = APIRouter(tags=["health"])

PAST_ALARMS = timedelta(days=7)

TroubleName = Literal["never_heard", "silent", "battery", "stuck", "echoes", "loss"]


@router.get("/v1/health/devices")
def show_devices(conn: Conn, caller: Officer, at: Now, trouble: TroubleName | None = None) -> Response:
    """Each device of the officer's council where it stands: its rhythm, battery, losses and echoes, and what is wrong since when.

    Times and figures that are not known are null. `loss` and `invalid_share` are shares, 0 to 1, of the last seven days.
    """
    known = health.devices(conn, caller.council, at)
    return json_answer({"devices": [told_device(one) for one in known if trouble is None or trouble in one.troubles]})


@router.get("/v1/alarms")
def show_alarms(conn: Conn, caller: Officer, at: Now, since: AwareDatetime | None = None) -> Response:
    """The officer's council's alarms (fire, heat, tilt, vandal) that go on, and those that ended since a time (seven days ago).

    `rings`: it goes on, is no news of the past (`late`), and nobody has acknowledged it.
    """
    return json_answer({"alarms": [told_alarm(one) for one in alarms.alarms(conn, caller.council, since or at - PAST_ALARMS)]})


@router.post("/v1/alarms/{alarm_id}/acknowledgement")
def add_acknowledgement(alarm_id: RecordId, conn: Conn, caller: Officer, at: Now) -> Response:
    """Note that an officer has seen an alarm. Who saw it first stays; asking again changes nothing."""
    return json_answer(told_alarm(acknowledge(conn, caller, alarm_id, at)))


def acknowledge(conn: Connection, caller: Caller, alarm_id: int, at: datetime) -> Alarm:
    """The alarm, acknowledged. Raises NotHere where the caller's council has no such alarm."""
    alarms.acknowledge(conn, caller.council, alarm_id, at, caller.subject)
    found = alarms.alarm(conn, caller.council, alarm_id)
    if found is None:
        raise NotHere("Your council has no such alarm.")
    return found


def told_alarm(alarm: Alarm) -> dict[str, Any]:
    """An alarm as JSON has it."""
    return record(alarm) | {"rings": alarm.rings}


def told_device(known: DeviceHealth) -> dict[str, Any]:
    """A device as JSON has it: `troubles` by name, each with since when."""
    told = record(known) | {"troubles": known.since, "loss": known.loss, "invalid_share": known.invalid_share}
    del told["sinces"]
    return told
