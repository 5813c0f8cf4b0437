"""What the machines that post to us have in common: a body that goes on as it came, and what their token lets them speak for."""

import re
from typing import Annotated, Any

import msgspec
from fastapi import Depends, Request

from api.broker import Gateway, gateway
from api.context import ANSWERS_WITHIN_S, database
from api.problems import Problem
from api.who import Caller
from streets.store import operations
from streets.store.database import Database

DEV_EUI = re.compile(r"[0-9a-fA-F]{16}")
NAME_IN_TOPIC = re.compile(r"[^\s+#/\x00-\x1f\x7f]{1,128}")


async def body(request: Request) -> bytes:
    """The body as it came; reading it is the one thing that the framework offers only as a coroutine."""
    return await request.body()


Body = Annotated[bytes, Depends(body)]
Line = Annotated[Gateway, Depends(gateway)]
Stored = Annotated[Database, Depends(database)]
JSON_BODY: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}},
}


def shaped(raw: bytes, shape: Any) -> Any:
    """The body as `shape`. Raises Problem 422 saying what is wrong and where."""
    try:
        return msgspec.json.decode(raw, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(422, "invalid", f"The body is not what this sender posts: {error}") from error


def must_be_for(caller: Caller, application: str) -> None:
    """Raises Problem 403 where the token is for another application than the message's."""
    if application != caller.subject:
        raise Problem(403, "other_application", f"The token is for {caller.subject}, the message is of {application[:128]}.")


def application_of(caller: Caller) -> str:
    """The application that the token is for, where messages name none. Raises Problem 403 where it is for something else."""
    if not NAME_IN_TOPIC.fullmatch(caller.subject):
        raise Problem(403, "other_application", f"The token is for {caller.subject}, which is no application's name.")
    return caller.subject


def may_speak_of(db: Database, caller: Caller, dev_eui: str) -> None:
    """Raises Problem 422 for no DevEUI, 403 for another council's device. Whom nobody registered the journey refuses."""
    if dev_eui and not DEV_EUI.fullmatch(dev_eui):
        raise Problem(422, "invalid", "The DevEUI is not 16 hexadecimal digits.")
    must_be_the_councils(db, caller, dev_eui.lower())


def must_be_the_councils(db: Database, caller: Caller, device: str) -> None:
    """Raises Problem 403 for another council's device."""
    with db.transaction(ANSWERS_WITHIN_S) as conn:
        council = operations.council_of_device(conn, device)
    if council not in (None, caller.council):
        raise Problem(403, "other_council", "The device belongs to another council than the token.")
