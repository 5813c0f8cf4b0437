"""`/officer/devices…`: the council's devices, registered, with where they stood, what they said last, and how secure they are."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.context import Conn, Now
from api.faces import csv_text
from api.health import CSV
from api.pages import render
from api.pages.forms import Form, Typed, WrongForm, shown
from api.pages.health import section
from api.pages.record_fields import SECURITY, device_fields, model_field
from api.pages.record_pages import form_page, private_page, said_last
from api.pages.words import said
from api.paging import PageNumber, paged
from api.problems import NotHere
from api.round_faces import file_answer
from api.who import Caller, Officer
from streets.assets.kinds import Kind
from streets.assets.rows import DeviceRow, MisfitError
from streets.assets.tables import DEVICES
from streets.store import assets, changes, device_words, imports, installations, inventory
from streets.store.changes import Told
from streets.store.database import Connection

router = APIRouter()

MOST = 500
CHANGES_SHOWN = 50
SECURITY_COLUMNS = (
    *("device", "model", "posts", "default_password_changed", "default_password_checked_on"),
    *("vulnerability_contact", "supported_until", "last_heard"),
)

Words = Annotated[str, Query(alias="q", max_length=100)]
Named = Annotated[str, Query(max_length=100)]


@router.get("/officer/devices")
def find(request: Request, conn: Conn, caller: Officer, at: Now, q: Words = "") -> Response:
    """Devices that hold the words asked for."""
    found = inventory.find_devices(conn, caller.council, q, at, MOST + 1)
    return private_page(request, "devices.html", found=found[:MOST], more=len(found) > MOST, q=q, today=at.date())


@router.get("/officer/devices/security")
def show_security(request: Request, conn: Conn, caller: Officer, at: Now, page: PageNumber = 1) -> Response:
    """Devices whose support has ended or is not known, or whose default password was not changed."""
    found = inventory.find_devices(conn, caller.council, "", at, None)
    doubtful = [each for each in found if each.support(at.date()) != "supported" or not each.default_password_changed]
    told: dict[str, Any] = {
        "devices": len(found),
        "doubtful": paged(doubtful, page),
        "address": lambda number: f"/officer/devices/security?page={number}",
        "models": inventory.support_by_model(conn, caller.council),
    }
    return private_page(request, "device_security.html", today=at.date(), **told)


@router.get("/officer/devices/security.csv")
def show_security_csv(conn: Conn, caller: Officer, at: Now) -> Response:
    """What is known of the security of every device, as a table."""
    return file_answer(
        csv_text(inventory.find_devices(conn, caller.council, "", at, None), SECURITY_COLUMNS), CSV, "security.csv"
    )


@router.get("/officer/devices/models/{model}")
def ask_model(request: Request, model: str, conn: Conn, caller: Officer) -> Response:
    """What the maker promises for all devices of a model."""
    of_model = _of_model(conn, caller, model)
    typed = {name: shown(_in_common(of_model, name)) for name in ("vulnerability_contact", "supported_until")}
    return _model_form(request, Form(SECURITY[2:], typed), model, len(of_model))


@router.post("/officer/devices/models/{model}")
def tell_model(request: Request, model: str, typed: Typed, conn: Conn, caller: Officer, at: Now) -> Response:
    """Keep it with each of them."""
    of_model, form = _of_model(conn, caller, model), Form(SECURITY[2:], typed)
    try:
        promised = form.asset(DEVICES, device=of_model[0].device, model=model)
    except WrongForm as wrong:
        return _model_form(request, form.refused(render.words(request), wrong.wrong), model, len(of_model))
    values = {"vulnerability_contact": promised.vulnerability_contact, "supported_until": promised.supported_until}
    promises = [replace(each, **values) for each in of_model]
    imports.keep_all(conn, caller.council, Kind.DEVICES, promises, Told(caller.subject, at))
    return render.see_other(request, "/officer/devices/security")


@router.get("/officer/devices/new")
def ask_new(request: Request, conn: Conn, caller: Officer, device: Named = "") -> Response:
    """An empty form, or one with the name of a device that spoke without being registered."""
    return _form(request, Form(device_fields(), {"device": device}), None, said_last(conn, caller.council, device))


@router.post("/officer/devices/new")
def register(request: Request, typed: Typed, conn: Conn, caller: Officer, at: Now) -> Response:
    """Register a device; what comes next is where it stands."""
    form = Form(device_fields(), typed)
    try:
        device: DeviceRow = form.asset(DEVICES)
        if _found(conn, caller, device.device) is not None:
            raise WrongForm({"device": MisfitError("device", "it is there already", "there_already")})
        _keep(conn, caller, device, at)
    except WrongForm as wrong:
        return _form(request, form.refused(render.words(request), wrong.wrong), None, None)
    return render.see_other(request, f"/officer/installations/new?device={device.device}")


@router.get("/officer/devices/edit")
def ask_edit(request: Request, device: Named, conn: Conn, caller: Officer) -> Response:
    """A form with what is known."""
    row, fields = _wanted(conn, caller, device), (model_field(), *SECURITY)
    return _form(request, Form(fields, {each.name: shown(getattr(row, each.name)) for each in fields}), device, None)


@router.post("/officer/devices/edit")
def edit(request: Request, device: Named, typed: Typed, conn: Conn, caller: Officer, at: Now) -> Response:
    """Keep what is now known."""
    row, form = _wanted(conn, caller, device), Form((model_field(), *SECURITY), typed)
    try:
        _keep(conn, caller, form.asset(DEVICES, device=row.device), at)
    except WrongForm as wrong:
        return _form(request, form.refused(render.words(request), wrong.wrong), device, None)
    return render.see_other(request, f"/officer/devices/{row.device}")


@router.get("/officer/devices/{device:path}")
def show(request: Request, device: str, conn: Conn, caller: Officer, at: Now, page: PageNumber = 1) -> Response:
    """A device: where it stands and stood, what it said last, its security, and what was changed."""
    row = _wanted(conn, caller, device)
    history = installations.versions(conn, caller.council, row.device)
    noted = changes.changes_of(conn, caller.council, row.device, CHANGES_SHOWN)
    standing = [each for each in history if each.holds(at)]
    (found,) = [each for each in inventory.find_devices(conn, caller.council, row.device, at, MOST) if each.device == row.device]
    seen: dict[str, Any] = {"device": found, "standing": standing, "changes": noted, "today": at.date()}
    seen |= {"versions": paged(history, page), "address": lambda number: f"/officer/devices/{row.device}?page={number}"}
    seen["about"] = device_words.words_of(conn, caller.council, row.device)
    seen["health"] = section(request, conn, caller.council, row.device, at)
    return private_page(request, "device.html", said=said_last(conn, caller.council, row.device), **seen)


def _form(request: Request, form: Form, device: str | None, last: Any) -> Response:
    words = render.words(request)
    if device is None:
        lead = [words(said("First the device itself; where it stands is asked next. What is not known stays empty."))]
        title, submit = words(said("Register a device")), words(said("Register it"))
        return form_page(request, form, title, submit, "/officer/devices", lead, last)
    return form_page(
        request, form, words(said("Device %(name)s"), name=device), words(said("Save")), f"/officer/devices/{device}"
    )


def _model_form(request: Request, form: Form, model: str, devices: int) -> Response:
    words = render.words(request)
    lead = [
        words.counted("It is kept with your one device of this model.", "It is kept with all %(n)s of your devices.", devices)
    ]
    return form_page(
        request, form, words(said("Model %(name)s"), name=model), words(said("Save")), "/officer/devices/security", lead
    )


def _keep(conn: Connection, caller: Caller, device: DeviceRow, at: Any) -> None:
    try:
        imports.keep_one(conn, caller.council, Kind.DEVICES, device, Told(caller.subject, at))
    except MisfitError as misfit:
        raise WrongForm({misfit.column: misfit}) from misfit


def _found(conn: Connection, caller: Caller, device: str) -> DeviceRow | None:
    known: list[DeviceRow] = assets.kept(conn, caller.council, Kind.DEVICES)
    return next((each for each in known if each.device == device), None)


def _wanted(conn: Connection, caller: Caller, device: str) -> DeviceRow:
    found = _found(conn, caller, device)
    if found is None:
        raise NotHere("Your council has no such device.")
    return found


def _of_model(conn: Connection, caller: Caller, model: str) -> list[DeviceRow]:
    found = [each for each in assets.kept(conn, caller.council, Kind.DEVICES) if each.model == model]
    if not found:
        raise NotHere("Your council has no device of this model.")
    return found


def _in_common(devices: list[DeviceRow], name: str) -> Any:
    """The value that all have; None where they differ."""
    values = {getattr(each, name) for each in devices}
    return values.pop() if len(values) == 1 else None
