"""`/officer/installations…`: a device is hung up at a bin or counter, measured anew, put right, swapped for another, taken away.

Each makes or ends a version of the record; what was before stays (streets.store.posts, streets.store.installations).
"""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.asked import RecordId
from api.context import Conn, Now
from api.pages import render
from api.pages.forms import Field, Form, Typed, WrongForm, shown
from api.pages.record_fields import DEVICE_HINT, NOTE, SINCE, model_field, mounting_fields, post_field
from api.pages.record_pages import form_page, said_last
from api.pages.words import said
from api.problems import NotHere
from api.who import Caller, Officer
from streets.assets.cells import WrongCellError, text
from streets.assets.kinds import Kind
from streets.assets.rows import DeviceRow, InstallationRow, MisfitError
from streets.assets.tables import INSTALLATIONS
from streets.store import assets, installations, posts
from streets.store.changes import Told
from streets.store.database import Connection
from streets.store.installations import NoSuchVersionError, Version

router = APIRouter()

Named = Annotated[str, Query(max_length=100)]

USUAL = {"blind_zone_mm": "0", "report_every_s": "3600", "swap_in_out": "false"}
AWAY = Field("valid_to", said("When it was taken away, by the clocks in the street."), "moment")

HANG_UP = said("Say where %(device)s stands")
HANG_UP_LEAD = said("If it stood somewhere else until then, that record ends, and this one begins. The history stays.")
CHANGE_LEAD = said(
    "For what is different from a time on: a new liner, a sensor hung otherwise. What was told until then stays as it was. "
    "If the record was wrong from the beginning, put it right instead."
)
CORRECT_LEAD = said(
    "For what was wrong from the beginning of this record. Everything told by it is told again, "
    "and figures that were published are marked as revised."
)
SWAP_LEAD = said("The record of the old device ends and that of the new one begins. The history of the bin or counter stays one.")
AWAY_LEAD = said("Its records end. It stays registered, and can be put up again.")


@router.get("/officer/installations/new")
def ask_where(request: Request, device: Named, conn: Conn, caller: Officer, at: Now, post: Named = "") -> Response:
    """Where a registered device stands, with what it said last; what is known of it now stands in the form."""
    row, form = _placing(conn, caller, device, at, post)
    return _where(request, conn, caller, row, form)


@router.post("/officer/installations/new")
def place(request: Request, device: Named, typed: Typed, conn: Conn, caller: Officer, at: Now) -> Response:
    """Have it stand there: hang it up, or move it."""
    row = _device(conn, caller, device)
    form = Form((post_field(row.model), SINCE, *mounting_fields(row.model), NOTE), typed)

    def do() -> None:
        posts.commission(conn, caller.council, _made(form, row.device, row.model), Told(caller.subject, at))

    if wrong := _refused(request, form, do):
        return _where(request, conn, caller, row, wrong)
    return render.see_other(request, f"/officer/devices/{row.device}")


@router.get("/officer/installations/{installation_id}/change")
def ask_change(request: Request, installation_id: RecordId, conn: Conn, caller: Officer, at: Now) -> Response:
    """How it is mounted from a time on."""
    was = _version(conn, caller, installation_id)
    typed = _typed(was, _changing(was)) | {"valid_from": shown(_latest(was, at))}
    return _change(request, conn, caller, was, Form((SINCE, *_changing(was), NOTE), typed))


@router.post("/officer/installations/{installation_id}/change")
def change(request: Request, installation_id: RecordId, typed: Typed, conn: Conn, caller: Officer, at: Now) -> Response:
    """End the version and begin the next."""
    was = _version(conn, caller, installation_id)
    form = Form((SINCE, *_changing(was), NOTE), typed)

    def do() -> None:
        made = _made(form, was.device, was.model, **_post(was))
        changed = {each.name: getattr(made, each.name) for each in _changing(was)}
        told = Told(caller.subject, at)
        installations.new_version(conn, caller.council, was.installation_id, made.valid_from, changed, told, words=made.note)

    if wrong := _refused(request, form, do):
        return _change(request, conn, caller, was, wrong)
    return render.see_other(request, f"/officer/devices/{was.device}")


@router.get("/officer/installations/{installation_id}/correct")
def ask_right(request: Request, installation_id: RecordId, conn: Conn, caller: Officer) -> Response:
    """How it was in truth from the beginning of the record."""
    was = _version(conn, caller, installation_id)
    fields = (post_field(was.model), *mounting_fields(was.model), NOTE)
    return _right(request, conn, caller, was, Form(fields, _typed(was, fields)))


@router.post("/officer/installations/{installation_id}/correct")
def correct(request: Request, installation_id: RecordId, typed: Typed, conn: Conn, caller: Officer, at: Now) -> Response:
    """Put the record right."""
    was = _version(conn, caller, installation_id)
    form = Form((post_field(was.model), *mounting_fields(was.model), NOTE), typed)

    def do() -> None:
        made = _made(form, was.device, was.model, valid_from=was.valid_from.isoformat())
        right = {each.name: getattr(made, each.name) for each in form.fields}
        posts.correct(conn, caller.council, was.installation_id, right, Told(caller.subject, at))

    if wrong := _refused(request, form, do):
        return _right(request, conn, caller, was, wrong)
    return render.see_other(request, f"/officer/devices/{was.device}")


@router.get("/officer/installations/{installation_id}/swap")
def ask_swap(request: Request, installation_id: RecordId, conn: Conn, caller: Officer, at: Now) -> Response:
    """Which device hangs there instead; how it is mounted begins as the old one was."""
    was = _version(conn, caller, installation_id)
    fields = _swap_fields(was)
    typed = _typed(was, fields) | {"valid_from": shown(at), "model": was.model, "device": "", "note": ""}
    return _swap(request, was, Form(fields, typed))


@router.post("/officer/installations/{installation_id}/swap")
def swap(request: Request, installation_id: RecordId, typed: Typed, conn: Conn, caller: Officer, at: Now) -> Response:
    """End the old device's record and begin the new one's."""
    was = _version(conn, caller, installation_id)
    form = Form(_swap_fields(was), typed)

    def do() -> None:
        made = form.asset(INSTALLATIONS, **_post(was))
        posts.swap(conn, caller.council, was.device, made, Told(caller.subject, at))

    if wrong := _refused(request, form, do):
        return _swap(request, was, wrong)
    return render.see_other(request, f"/officer/assets/{'bins' if was.bin_id else 'counters'}/{was.bin_id or was.counter_id}")


@router.get("/officer/installations/taken-away")
def ask_away(request: Request, device: Named, conn: Conn, caller: Officer, at: Now) -> Response:
    """When a device was taken away, and why."""
    return _away(request, _device(conn, caller, device), Form((AWAY, NOTE), {"valid_to": shown(at)}))


@router.post("/officer/installations/taken-away")
def take_away(request: Request, device: Named, typed: Typed, conn: Conn, caller: Officer, at: Now) -> Response:
    """End all that it does."""
    row, form = _device(conn, caller, device), Form((AWAY, NOTE), typed)

    def do() -> None:
        note = text(typed.get("note", "").strip()) or None
        posts.take_away(conn, caller.council, row.device, form.moment("valid_to"), note, Told(caller.subject, at))

    if wrong := _refused(request, form, do):
        return _away(request, row, wrong)
    return render.see_other(request, f"/officer/devices/{row.device}")


def _refused(request: Request, form: Form, do: Callable[[], None]) -> Form | None:
    """Do it; or the form with what is wrong."""
    try:
        do()
    except WrongForm as wrong:
        return form.refused(render.words(request), wrong.wrong)
    except MisfitError as misfit:
        return form.refused(render.words(request), {misfit.column: misfit})
    except WrongCellError as error:
        return form.refused(render.words(request), {form.fields[0].name: error})
    return None


def _made(form: Form, device: str, model: str, **known: str) -> InstallationRow:
    made: InstallationRow = form.asset(INSTALLATIONS, device=device, model=model, **known)
    return made


def _post(was: Version) -> dict[str, str]:
    """Where a version stands, as known columns of a form."""
    return {name: shown(getattr(was, name)) for name in ("bin_id", "counter_id", "line")}


def _typed(was: Version, fields: tuple[Field, ...]) -> dict[str, str]:
    return {each.name: shown(getattr(was, each.name)) for each in fields if each.name != "note"}


def _changing(was: Version) -> tuple[Field, ...]:
    """What may be otherwise from a time on: all of how it is mounted, and not which of its lines counts there."""
    return tuple(each for each in mounting_fields(was.model) if each.name != "line")


def _swap_fields(was: Version) -> tuple[Field, ...]:
    return (Field("device", DEVICE_HINT), model_field(), SINCE, *_changing(was), NOTE)


def _latest(was: Version, at: datetime) -> datetime:
    """The latest time at which the version may change: a counter's on a full hour."""
    return at if was.bin_id else at.replace(minute=0, second=0, microsecond=0)


def _device(conn: Connection, caller: Caller, device: str) -> DeviceRow:
    known: list[DeviceRow] = assets.kept(conn, caller.council, Kind.DEVICES)
    found = next((each for each in known if each.device == device), None)
    if found is None:
        raise NotHere("Your council has no such device.")
    return found


def _version(conn: Connection, caller: Caller, installation_id: int) -> Version:
    try:
        return installations.version(conn, caller.council, installation_id)
    except NoSuchVersionError as error:
        raise NotHere("Your council has no such record.") from error


def _placing(conn: Connection, caller: Caller, device: str, at: datetime, post: str) -> tuple[DeviceRow, Form]:
    """The device, and the form in which it is placed, with what holds of it now."""
    row = _device(conn, caller, device)
    fields = mounting_fields(row.model)
    held = next((each for each in installations.versions(conn, caller.council, row.device) if each.holds(at)), None)
    typed = USUAL if held is None else _typed(held, fields)
    where = post_field(row.model)
    return row, Form((where, SINCE, *fields, NOTE), {**typed, where.name: post, "valid_from": shown(at)})


def _where(request: Request, conn: Connection, caller: Caller, row: DeviceRow, form: Form) -> Response:
    words = render.words(request)
    lead = [words(HANG_UP_LEAD)]
    title, last = words(HANG_UP, device=row.device), said_last(conn, caller.council, row.device)
    return form_page(request, form, title, words(said("Save")), f"/officer/devices/{row.device}", lead, last)


def _change(request: Request, conn: Connection, caller: Caller, was: Version, form: Form) -> Response:
    words = render.words(request)
    title = words(said("Change the record of %(device)s from a time on"), device=was.device)
    last = said_last(conn, caller.council, was.device)
    return form_page(request, form, title, words(said("Save")), f"/officer/devices/{was.device}", [words(CHANGE_LEAD)], last)


def _right(request: Request, conn: Connection, caller: Caller, was: Version, form: Form) -> Response:
    words = render.words(request)
    title = words(said("Put the record of %(device)s right"), device=was.device)
    since = words(said("The record began at %(moment)s."), moment=words.moment(was.valid_from))
    last = said_last(conn, caller.council, was.device)
    lead = [since, words(CORRECT_LEAD)]
    return form_page(request, form, title, words(said("Put it right")), f"/officer/devices/{was.device}", lead, last)


def _swap(request: Request, was: Version, form: Form) -> Response:
    words = render.words(request)
    title = words(said("Swap %(device)s for another device"), device=was.device)
    return form_page(request, form, title, words(said("Swap it")), f"/officer/devices/{was.device}", [words(SWAP_LEAD)])


def _away(request: Request, row: DeviceRow, form: Form) -> Response:
    words = render.words(request)
    title = words(said("Take %(device)s away"), device=row.device)
    return form_page(request, form, title, words(said("It was taken away")), f"/officer/devices/{row.device}", [words(AWAY_LEAD)])
