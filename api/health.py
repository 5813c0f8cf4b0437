"""How the devices of the officer's council are, and their alarms; the same for programs, such as an out-of-hours desk's."""

from datetime import datetime, timedelta
from typing import Any, Literal

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import AwareDatetime

from api.asked import RecordId
from api.context import Conn, Now
from api.faces import csv_text, record
from api.problems import NotHere
from api.round_faces import file_answer, json_answer
from api.shapes import Csv, many, shape
from api.who import Caller, Officer
from streets.store import alarms, emptyings, health
from streets.store.alarms import Alarm
from streets.store.database import Connection
from streets.store.health import DeviceHealth

router = APIRouter(tags=["health"])

DEVICE = shape(
    "DeviceHealth", DeviceHealth, without=("sinces",), troubles=dict[str, datetime], loss=float | None, invalid_share=float | None
)
ALARM = shape("Alarm", Alarm, rings=bool)

PAST_ALARMS = timedelta(days=7)
DISPUTED = timedelta(days=14)
"""So long a disagreement of crews and sensors is told of."""

CSV = "text/csv; charset=utf-8; header=present"
DEVICE_COLUMNS = (
    *("device", "model", "bin_id", "counter_id", "stands_at", "lat", "lon", "posted_at", "learned_at", "heard_at", "rhythm_s"),
    *("silent_after_s", "battery_pct", "battery_mv", "battery_low", "battery_fall_per_week", "battery_flat_at"),
    *("battery_flat_early", "battery_flat_late", "battery_changed_at", "frames_heard", "frames_missing", "loss"),
    *("echoes", "invalid_echoes", "invalid_share", "since"),
)
ALARM_COLUMNS = (
    *("alarm_id", "kind", "device", "model", "bin_id", "counter_id", "stands_at", "lat", "lon", "raised_at", "told_at"),
    *("received_at", "late", "tellings", "ended_at", "acknowledged_at", "acknowledged_by", "rings"),
)
DISPUTE_COLUMNS = ("bin_id", "name", "at", "what", "told", "told_fill_pct", "fill_before_pct", "fill_after_pct")

TroubleName = Literal["never_heard", "silent", "battery", "stuck", "echoes", "loss"]


@router.get("/v1/health/devices", response_model=shape("Devices", devices=many(DEVICE)))
def show_devices(conn: Conn, caller: Officer, at: Now, trouble: TroubleName | None = None) -> Response:
    """Each device of the officer's council where it stands: its rhythm, battery, losses and echoes, and what is wrong since when.

    Times and figures that are not known are null. `loss` and `invalid_share` are shares, 0 to 1, of the last seven days.
    """
    known = health.devices(conn, caller.council, at)
    return json_answer({"devices": [told_device(one) for one in known if trouble is None or trouble in one.troubles]})


@router.get("/v1/health/devices.csv", response_class=Csv)
def show_devices_csv(conn: Conn, caller: Officer, at: Now) -> Response:
    """The same as a table; `since`: each trouble of a device, with since when."""
    return file_answer(csv_text(health.devices(conn, caller.council, at), DEVICE_COLUMNS), CSV, "devices.csv")


@router.get("/v1/health/disagreements.csv", response_class=Csv)
def show_disagreements_csv(conn: Conn, caller: Officer, at: Now) -> Response:
    """Where crews and sensors of the officer's council disagreed in the last fortnight, newest first, as a table."""
    found = emptyings.disagreements(conn, caller.council, at - DISPUTED)
    return file_answer(csv_text(found, DISPUTE_COLUMNS), CSV, "disagreements.csv")


@router.get("/v1/alarms", response_model=shape("Alarms", alarms=many(ALARM)))
def show_alarms(conn: Conn, caller: Officer, at: Now, since: AwareDatetime | None = None) -> Response:
    """The officer's council's alarms (fire, heat, tilt, vandal) that go on, and those that ended since a time (seven days ago).

    `rings`: it goes on, is no news of the past (`late`), and nobody has acknowledged it.
    """
    return json_answer({"alarms": [told_alarm(one) for one in alarms.alarms(conn, caller.council, since or at - PAST_ALARMS)]})


@router.get("/v1/alarms.csv", response_class=Csv)
def show_alarms_csv(conn: Conn, caller: Officer, at: Now, since: AwareDatetime | None = None) -> Response:
    """The same as a table."""
    found = alarms.alarms(conn, caller.council, since or at - PAST_ALARMS)
    return file_answer(csv_text(found, ALARM_COLUMNS), CSV, "alarms.csv")


@router.post("/v1/alarms/{alarm_id}/acknowledgement", response_model=ALARM)
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
