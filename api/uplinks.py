"""Webhooks of network servers: what they post is published on the topic that the same message has over MQTT.

So it takes the same journey, and 202 means that the broker has it. The token's subject is the application that the network
server sends for (The Things Stack: my-app@tenant; ChirpStack, Helium and LORIOT: the application's id; ThingPark: the AS ID), and
its council is the devices' council: messages of another application, or of another council's device, are refused. Messages of
LORIOT name no application, those of ThingPark only where its own security is on.

The Things Stack tries once, or up to seven times where its retries are on, and anything but 2xx in its ten seconds is a failure;
after enough of them it pauses the whole webhook. So nothing that networks document is refused here for its form, and 503 says:
again. ThingPark signs its address with a key that both sides would have to keep as it is; the token in a header is enough.
"""

from base64 import b64decode
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query
from msgspec import Struct, field

from api.problems import Problem
from api.senders import (
    JSON_BODY,
    NAME_IN_TOPIC,
    Body,
    Line,
    Stored,
    application_of,
    may_speak_of,
    must_be_for,
    shaped,
)
from api.who import Machine

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

# The last one is version 3's.
CHIRPSTACK_EVENTS = "^(up|join|status|ack|txack|log|location|integration|error)$"

THINGPARK_REPORT = "DevEUI_"


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
    """ChirpStack: the names; the last two are version 3's."""

    device_info: DeviceInfo | None = None
    application_id: str | int = field(default="", name="applicationID")
    dev_eui: str = field(default="", name="devEUI")


class LoriotMessage(Struct):
    """LORIOT: the device."""

    dev_eui: str = field(default="", name="EUI")


class ThingParkReport(Struct):
    """ThingPark: the device."""

    dev_eui: str = field(default="", name="DevEUI")


@router.post("/tts", status_code=202, openapi_extra=JSON_BODY)
def from_the_things_stack(raw: Body, caller: Machine, db: Stored, line: Line) -> dict[str, str]:
    """Take a webhook message of The Things Stack v3; 202 once the broker has it."""
    ids = shaped(raw, ThingsStackMessage).end_device_ids
    # The message does not name the tenant, which the open-source server does not have.
    _, at, tenant = caller.subject.partition("@")
    must_be_for(caller, f"{ids.application_ids.application_id}{at}{tenant}")
    may_speak_of(db, caller, ids.dev_eui)
    if not NAME_IN_TOPIC.fullmatch(ids.device_id):
        raise Problem(422, "invalid", "The device_id has characters that no topic may have.")
    topic = f"v3/{caller.subject}/devices/{ids.device_id}/{_things_stack_event(raw)}"
    line.publish(topic, raw)
    return {"published": topic}


def _things_stack_event(raw: bytes) -> str:
    members = shaped(raw, dict[str, msgspec.Raw])
    found = [topic for member, topic in THINGS_STACK_EVENTS.items() if member in members]
    if not found:
        raise Problem(422, "unknown_event", f"The message has none of {', '.join(THINGS_STACK_EVENTS)}.")
    return found[0]


@router.post("/chirpstack", status_code=202, openapi_extra=JSON_BODY)
def from_chirpstack(
    raw: Body, caller: Machine, db: Stored, line: Line, event: Annotated[str, Query(pattern=CHIRPSTACK_EVENTS)]
) -> dict[str, str]:
    """Take a message of the HTTP integration (JSON) of ChirpStack v4 or v3, or of Helium; they add `event` to the address."""
    application, dev_eui = _chirpstack_names(shaped(raw, ChirpStackMessage))
    must_be_for(caller, application)
    may_speak_of(db, caller, dev_eui)
    topic = f"application/{application}/device/{dev_eui}/event/{event}"
    line.publish(topic, raw)
    return {"published": topic}


def _chirpstack_names(message: ChirpStackMessage) -> tuple[str, str]:
    """Application and DevEUI. Version 3 may write the latter in base64."""
    if message.device_info:
        return message.device_info.application_id, message.device_info.dev_eui
    if not message.application_id or not message.dev_eui:
        raise Problem(422, "invalid", "The body has neither deviceInfo (version 4) nor applicationID and devEUI (version 3).")
    if len(message.dev_eui) != len("cLPVftAAAAE="):
        return str(message.application_id), message.dev_eui
    try:
        return str(message.application_id), b64decode(message.dev_eui, validate=True).hex()
    except ValueError as error:
        raise Problem(422, "invalid", "The devEUI is neither hexadecimal nor base64.") from error


@router.post("/loriot", status_code=202, openapi_extra=JSON_BODY)
def from_loriot(raw: Body, caller: Machine, db: Stored, line: Line) -> dict[str, str]:
    """Take a message of LORIOT's HTTP push, whichever its `cmd`."""
    may_speak_of(db, caller, shaped(raw, LoriotMessage).dev_eui)
    topic = f"loriot/{application_of(caller)}/uplink"
    line.publish(topic, raw)
    return {"published": topic}


@router.post("/thingpark", status_code=202, openapi_extra=JSON_BODY)
def from_thingpark(
    raw: Body, caller: Machine, db: Stored, line: Line, as_id: Annotated[str | None, Query(alias="AS_ID")] = None
) -> dict[str, str]:
    """Take a report of Actility ThingPark (JSON). It adds `AS_ID` to the address where its own security is on."""
    if as_id is not None:
        must_be_for(caller, as_id)
    may_speak_of(db, caller, _thingpark_report(raw).dev_eui)
    topic = f"streets/v1/{caller.council}/thingpark/{application_of(caller)}/uplink"
    line.publish(topic, raw)
    return {"published": topic}


def _thingpark_report(raw: bytes) -> ThingParkReport:
    for name, report in shaped(raw, dict[str, msgspec.Raw]).items():
        if name.startswith(THINGPARK_REPORT):
            found: ThingParkReport = shaped(bytes(report), ThingParkReport)
            return found
    raise Problem(422, "unknown_event", f"The message has no member that begins with {THINGPARK_REPORT}: choose JSON, not XML.")
