"""Sensors without a network server of their own, which push what they counted: published on the sensor's own topic.

The token's subject is the sensor, council/name as its installation record says; the same token is its password at the broker, for
sensors that push by MQTT. Any answer but 2xx lets the sensor keep what it has and send it again.
"""

from fastapi import APIRouter
from msgspec import Raw

from api.problems import Problem
from api.senders import JSON_BODY, NAME_IN_TOPIC, Body, Line, Stored, must_be_the_councils, shaped
from api.who import Caller, Machine

router = APIRouter(prefix="/v1/pushes", tags=["uplinks"])

NO_TRACKS = b'{"live_data":{}}'


@router.post("/xovis", status_code=202, openapi_extra=JSON_BODY)
def from_xovis(raw: Body, caller: Machine, db: Stored, line: Line) -> dict[str, str]:
    """Take a package of a Xovis sensor's push agent, or a list of them, each by itself; 202 once the broker has them all."""
    sensor = _sensor(caller)
    must_be_the_councils(db, caller, sensor)
    topic = f"streets/v1/{sensor}/xovis"
    for package in _packages(raw):
        line.publish(topic, package)
    return {"published": topic}


def _packages(raw: bytes) -> list[bytes]:
    """The packages as they came. What waited for long comes as one list, of which one package must not cost the others."""
    told = shaped(raw, dict[str, Raw] | list[Raw])
    if not told:
        raise Problem(422, "invalid", "There is no package in the body.")
    return [_package(each) for each in ([raw] if isinstance(told, dict) else map(bytes, told))]


def _package(raw: bytes) -> bytes:
    """The package, without what it says of where people walked: that goes no further than here."""
    return NO_TRACKS if "live_data" in shaped(raw, dict[str, Raw]) else raw


def _sensor(caller: Caller) -> str:
    council, _, name = caller.subject.partition("/")
    if council != caller.council or not NAME_IN_TOPIC.fullmatch(name):
        raise Problem(403, "other_sensor", f"The token is for {caller.subject}, which is no sensor {caller.council}/….")
    return caller.subject
