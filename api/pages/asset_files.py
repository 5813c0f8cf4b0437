"""`/officer/assets/files…`: an officer sends a file, reads what it would change, and only then has it kept, all of it."""

from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Form, Request, UploadFile
from fastapi.responses import Response

from api import file_words
from api.context import Conn, Now
from api.guards import BODY_LIMIT_BYTES
from api.pages import render
from api.pages.record_pages import private_page
from api.pages.words import Words
from api.problems import NotHere
from api.who import Officer
from streets.assets.kinds import Kind
from streets.assets.rows import Refusal
from streets.assets.tables import TABLES
from streets.store import asset_files, imports
from streets.store.changes import Told

router = APIRouter()

LINES_SHOWN = 300

UPLOADED = [kind for kind in Kind if kind is not Kind.STREETS]
"""An extract of OpenStreetMap is larger than a form may be: the command line takes it."""

KindName = Annotated[str, Form(max_length=40)]
Fingerprint = Annotated[str, Form(max_length=64)]


@router.get("/officer/assets/files")
def ask(request: Request, conn: Conn, caller: Officer) -> Response:
    """Which file to send, and those to take away."""
    return _ask(request, conn, caller.council)


@router.post("/officer/assets/files")
def send(request: Request, conn: Conn, caller: Officer, at: Now, kind: KindName = "", file: UploadFile | None = None) -> Response:
    """Keep the file for a day, to be looked at."""
    raw = file.file.read() if file is not None else b""
    if kind not in UPLOADED or file is None or not raw:
        return _ask(request, conn, caller.council, 422)
    name = "".join(letter for letter in file.filename or "" if letter.isprintable())[:100]
    sent = asset_files.SentFile(uuid4(), kind, name, raw, at, caller.subject, None)
    asset_files.keep(conn, caller.council, sent)
    return render.see_other(request, f"/officer/assets/files/{sent.asset_file_id}")


@router.get("/officer/assets/files/{file_id}")
def show(request: Request, file_id: UUID, conn: Conn, caller: Officer) -> Response:
    """What it would change as of now, or that it was applied."""
    return _show(request, conn, caller.council, file_id)


@router.post("/officer/assets/files/{file_id}")
def apply(request: Request, file_id: UUID, fingerprint: Fingerprint, conn: Conn, caller: Officer, at: Now) -> Response:
    """Keep it, where what it changes is still what was shown."""
    sent = asset_files.lock(conn, caller.council, file_id)
    if sent is None:
        raise NotHere("Your council has sent no such file, or more than a day ago.")
    kind = Kind(sent.kind)
    report = imports.examine(conn, caller.council, kind, sent.content)
    if sent.applied_at is not None or report.refusals or report.fingerprint != fingerprint:
        return _show(request, conn, caller.council, file_id, 409)
    imports.keep_examined(conn, caller.council, kind, sent.content, report, Told(caller.subject, at))
    asset_files.note_applied(conn, file_id, at)
    return render.see_other(request, f"/officer/assets/files/{file_id}")


def _ask(request: Request, conn: Any, council: str, status: int = 200) -> Response:
    sent = asset_files.sent(conn, council)
    seen = {"uploaded": UPLOADED, "tables": TABLES, "sent": sent, "most_bytes": BODY_LIMIT_BYTES}
    return private_page(request, "asset_files.html", status, missing=status != 200, **seen)


def _show(request: Request, conn: Any, council: str, file_id: UUID, status: int = 200) -> Response:
    sent = asset_files.file(conn, council, file_id)
    if sent is None:
        raise NotHere("Your council has sent no such file, or more than a day ago.")
    report, words = imports.examine(conn, council, Kind(sent.kind), sent.content), render.words(request)
    seen = {"sent": sent, "report": report, "lines_shown": LINES_SHOWN, "changed_meanwhile": status == 409}
    said: dict[str, Any] = {
        "where": lambda told: file_words.where(words, told),
        "doubt": lambda refusal: _doubt(words, refusal, sent.kind),
    }
    return private_page(request, "asset_file.html", status, **seen, **said)


def _doubt(words: Words, refusal: Refusal, kind: str) -> list[str]:
    """A line of the table of what is refused, or doubtful."""
    return [file_words.where(words, refusal.where), file_words.column(words, refusal, kind), file_words.why(words, refusal)]
