"""What the officers' pages about assets and devices have in common: no cache keeps them, and forms are shown one way."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from api import record_words, reject_words
from api.pages import render
from api.pages.forms import Form
from api.reject_words import printable
from api.round_faces import PRIVATE
from streets.assets.cells import WrongCellError, day, moment, unescaped, written
from streets.store import inventory, rejects
from streets.store.database import Connection
from streets.store.rejects import Wanted

SAID_SHOWN = 8


def readable(words: Any, value: object) -> str:
    """A value of a record in the page's language; a time or a day may be written as in a file."""
    if isinstance(value, str):
        value = _time_in(value)
    if isinstance(value, datetime):
        return f"{words.date(value)}, {words.time(value)}"
    if isinstance(value, date):
        return str(words.date(value))
    return printable(unescaped(written(value)))


def _time_in(text: str) -> object:
    """The time or day that a text is; the text where it is neither."""
    for read in (moment, day):
        with suppress(WrongCellError):
            return read(text)
    return text


def private_page(request: Request, name: str, status: int = 200, **values: Any) -> Response:
    """A page for the officers of one council."""
    words = render.words(request)
    told = {"record_words": record_words, "reject_words": reject_words, "readable": lambda value: readable(words, value)}
    response = render.page(request, name, status, **told, **values)
    response.headers.update(PRIVATE)
    return response


def form_page(
    request: Request, form: Form, title: str, submit: str, back: str, lead: Sequence[str] = (), said: Any = None
) -> Response:
    """A page with one form; 422 where something in it is wrong. `said`: what a device said last, as `said_last` has it."""
    told = {"title": title, "submit": submit, "back": back, "lead": lead, "said": said}
    return private_page(request, "record_form.html", 422 if form.wrong else 200, form=form, **told)


def said_last(conn: Connection, council: str, device: str) -> tuple[Any, Any, Any]:
    """What a device said last: distances, counts, and what was refused of it."""
    return (
        inventory.last_levels(conn, council, device, SAID_SHOWN),
        inventory.last_counts(conn, council, device, SAID_SHOWN),
        rejects.list_rejects(conn, Wanted(speaker=device, council=council, still=True), SAID_SHOWN),
    )
