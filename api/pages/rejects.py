"""`/officer/rejects`: what of their council's messages could not be understood, why, what to do, and a button to try again.

The operator of the installation sees here those of which nobody can tell whose they are, and no council's.

The button writes down what is wanted; the ingest process, which alone may write readings, does it within seconds.
"""

from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from api.context import Conn, Now
from api.pages import render
from api.pages.words import said
from api.problems import NotHere, Problem
from api.reject_words import WORDS, as_text, outcome_words, printable, words_of
from api.round_faces import PRIVATE
from api.who import Caller, Office
from streets.assets import cells
from streets.store import rejects, replays
from streets.store.database import Connection
from streets.store.rejects import Wanted

router = APIRouter()

A_PAGE = 50
REQUESTS_SHOWN = 10
LETTERS_SHOWN = 4_096

# An address with NUL is refused by a guard; a form's words must be looked at.
NO_NUL = r"^[^\x00]*$"

ReasonName = Annotated[str, Query(max_length=40)]
SpeakerName = Annotated[str, Query(max_length=200)]
Skip = Annotated[int, Query(ge=0, le=1_000_000)]


def address(reason: str = "", speaker: str = "", skip: int = 0) -> str:
    """The path of the rejects of a reason and speaker, after the first `skip`."""
    asked = {name: value for name, value in (("reason", reason), ("speaker", speaker), ("skip", skip)) if value}
    return f"/officer/rejects?{urlencode(asked)}" if asked else "/officer/rejects"


def private_page(request: Request, conn: Connection, caller: Caller, name: str, **values: Any) -> Response:
    """A page about rejects, with what was last asked to be tried again; no cache keeps it. The operator registers no devices."""
    asked = replays.requests(conn, caller.council, REQUESTS_SHOWN)
    values["is_officer"] = caller.role == "officer"
    told: dict[str, Any] = {"words_of": words_of, "outcome_words": outcome_words, "printable": printable, "address": address}
    response = render.page(request, name, requests=asked, is_device=is_device, **told, **values)
    response.headers.update(PRIVATE)
    return response


def is_device(speaker: str) -> bool:
    """Whether a speaker is named as devices are; others are topics."""
    return bool(cells.DEV_EUI.fullmatch(speaker) or cells.OWN_NAME.fullmatch(speaker))


@router.get("/officer/rejects")
def show_all(
    request: Request, conn: Conn, caller: Office, reason: ReasonName = "", speaker: SpeakerName = "", skip: Skip = 0
) -> Response:
    """All reasons; or of one reason its devices; or of one reason and device its messages."""
    wanted = Wanted(reason=reason or None, speaker=speaker or None, council=caller.council)
    troubles = rejects.troubles(conn, wanted)
    if reason not in WORDS and reason and not troubles:
        raise NotHere("No message was refused for such a reason.")
    named = rejects.speakers(conn, wanted, A_PAGE + 1, skip) if reason and not speaker else []
    lines = rejects.list_rejects(conn, wanted, A_PAGE + 1, skip) if reason and speaker else []
    more = address(reason, speaker, skip + A_PAGE) if max(len(named), len(lines)) > A_PAGE else None
    seen = {"reason": reason, "speaker": speaker, "named": named[:A_PAGE], "lines": lines[:A_PAGE], "more": more}
    return private_page(request, conn, caller, "rejects.html", troubles=troubles, **seen)


@router.get("/officer/rejects/{reject_key}")
def show_one(request: Request, reject_key: UUID, conn: Conn, caller: Office) -> Response:
    """One reject with its message, as text where it is text."""
    found = rejects.reject(conn, reject_key, caller.council)
    if found is None:
        raise NotHere("Your council has no such reject.")
    text = as_text(found.raw)
    shown = found.raw.hex(" ", -2) if text is None else text
    seen = {"is_text": text is not None, "shown": shown[:LETTERS_SHOWN], "is_cut": len(shown) > LETTERS_SHOWN}
    return private_page(request, conn, caller, "reject.html", reject=found, **seen)


@router.post("/officer/rejects/replays")
def ask_for_replay(
    request: Request,
    conn: Conn,
    caller: Office,
    at: Now,
    reject_key: Annotated[UUID | None, Form()] = None,
    reason: Annotated[str, Form(max_length=40, pattern=NO_NUL)] = "",
    speaker: Annotated[str, Form(max_length=200, pattern=NO_NUL)] = "",
) -> Response:
    """Write down that one reject, or all of a reason (and device), are to be tried again."""
    if (reject_key is None) == (not reason):
        raise Problem(422, "invalid", said("Name either one reject or a reason."))
    if reject_key is not None and rejects.reject(conn, reject_key, caller.council) is None:
        raise NotHere("Your council has no such reject.")
    wanted = Wanted(reason=reason or None, speaker=speaker or None)
    replays.ask(conn, caller.council, wanted, reject_key, at, caller.subject)
    return render.see_other(request, address(reason, speaker) if reason else f"/officer/rejects/{reject_key}")
