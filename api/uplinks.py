"""Webhooks of network servers: what they post is published on the topic that the same message has over MQTT.

So it takes the same journey, and 202 means that the broker has it. The token's subject is the application that the network
server sends for (The Things Stack: my-app@tenant; ChirpStack: the application's id), and its council is the devices' council:
messages of another application, or of another council's device, are refused.

The Things Stack tries once, or up to seven times where its retries are on, and anything but 2xx in its ten seconds is a failure;
after enough of them it pauses the whole webhook. So nothing that it documents is refused here for its form, and 503 says: again.
"""

import re
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Query, Request
from msgspec import Struct

from api.broker import Gateway, gateway
from api.context import ANSWERS_WITHIN_S, database
from api.problems import Problem
from api.who import Caller, Machine
from streets.store import operations
from streets.store.database import Database

router = APIRouter(prefix="/v1/uplinks", tags=["uplinks"])

# The Things Stack posts every event to the same place; the member that holds the event tells the topic it has over MQTT.
THINGS_STACK_EVENTS = {
    "uplink_message": "up",
    "join_accept": "join",
    "downlink_ack": "down/ack",
    "downlink_nack": "down/nack",
    "downlink_sent": "down/sent",
    "downlink_failed": "down/failed",
    "downlink_queued": "down/queued",
    "downlink_queue_invalidated": "down/queue_invalidated",
    "uplink_normalized": "up/normalized",
    "location_solved": "location/solved",
    "service_data": "service/data",
}

CHIRPSTACK_EVENTS = "^(up|join|status|ack|txack|log|location|integration)$"

DEV_EUI = re.compile(r"[0-9a-fA-F]{16}")

NAME_IN_TOPIC = re.compile(r"[^\s+#/\x00-\x1f\x7f]{1,128}")


class Application(Struct):
    """The Things Stack: whose device it is."""

    application_id: str


class DeviceIds(Struct):
    """The Things Stack: names of the device."""

    device_id: str
    application_ids: Application
    # Devices activated by personalisation may have none; the journey says so in their rejects.
    dev_eui: str = ""


class ThingsStackMessage(Struct):
    """The Things Stack: the names, and which event it is."""

    end_device_ids: DeviceIds


class DeviceInfo(Struct, rename="camel"):
    """ChirpStack: names of the device."""

    application_id: str
    dev_eui: str


class ChirpStackMessage(Struct, rename="camel"):
    """ChirpStack: the names."""

    device_info: DeviceInfo


async def body(request: Request) -> bytes:
    """The body as it came; reading it is the one thing that the framework offers only as a coroutine."""
    return await request.body()


Body = Annotated[bytes, Depends(body)]
Line = Annotated[Gateway, Depends(gateway)]
Stored = Annotated[Database, Depends(database)]
JSON_BODY: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}},
}


def _shaped(raw: bytes, shape: Any) -> Any:
    try:
        return msgspec.json.decode(raw, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(422, "invalid", f"The body is not what this network server posts: {error}") from error


def _may_send(db: Database, caller: Caller, application: str, dev_eui: str) -> None:
    if application != caller.subject:
        raise Problem(403, "other_application", f"The token is for {caller.subject}, the message is of {application[:128]}.")
    if dev_eui and not DEV_EUI.fullmatch(dev_eui):
        raise Problem(422, "invalid", "The DevEUI is not 16 hexadecimal digits.")
    with db.transaction(ANSWERS_WITHIN_S) as conn:
        council = operations.council_of_device(conn, dev_eui.lower())
    if council not in (None, caller.council):
        raise Problem(403, "other_council", "The device belongs to another council than the token.")


@router.post("/tts", status_code=202, openapi_extra=JSON_BODY)
def from_the_things_stack(raw: Body, caller: Machine, db: Stored, line: Line) -> dict[str, str]:
    """Take a webhook message of The Things Stack v3; 202 once the broker has it."""
    ids = _shaped(raw, ThingsStackMessage).end_device_ids
    # The message does not name the tenant, which the open-source server does not have.
    _, at, tenant = caller.subject.partition("@")
    _may_send(db, caller, f"{ids.application_ids.application_id}{at}{tenant}", ids.dev_eui)
    if not NAME_IN_TOPIC.fullmatch(ids.device_id):
        raise Problem(422, "invalid", "The device_id has characters that no topic may have.")
    topic = f"v3/{caller.subject}/devices/{ids.device_id}/{_things_stack_event(raw)}"
    line.publish(topic, raw)
    return {"published": topic}


def _things_stack_event(raw: bytes) -> str:
    members = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    found = [topic for member, topic in THINGS_STACK_EVENTS.items() if member in members]
    if not found:
        raise Problem(422, "unknown_event", f"The message has none of {', '.join(THINGS_STACK_EVENTS)}.")
    return found[0]


@router.post("/chirpstack", status_code=202, openapi_extra=JSON_BODY)
def from_chirpstack(
    raw: Body, caller: Machine, db: Stored, line: Line, event: Annotated[str, Query(pattern=CHIRPSTACK_EVENTS)]
) -> dict[str, str]:
    """Take a message of ChirpStack v4's HTTP integration (JSON); `event` is what it adds to the address itself."""
    info = _shaped(raw, ChirpStackMessage).device_info
    _may_send(db, caller, info.application_id, info.dev_eui)
    topic = f"application/{info.application_id}/device/{info.dev_eui}/event/{event}"
    line.publish(topic, raw)
    return {"published": topic}
