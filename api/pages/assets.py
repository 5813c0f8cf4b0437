"""`/officer/assets…`: the council's bins and counters, found by any word of theirs, added, edited, with their history."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.context import Conn, Now
from api.pages import render
from api.pages.forms import Form, Typed, WrongForm, shown
from api.pages.record_fields import BIN, COUNTER
from api.pages.record_pages import form_page, private_page
from api.pages.words import said
from api.paging import PageNumber, paged
from api.problems import NotHere
from api.who import Caller, Officer
from streets.assets.kinds import Kind
from streets.assets.rows import MisfitError
from streets.assets.tables import BINS, COUNTERS, Table
from streets.store import assets, changes, imports, installations, inventory
from streets.store.changes import Told
from streets.store.database import Connection

router = APIRouter()

MOST = 200
EVERY = 1_000_000
CHANGES_SHOWN = 50

Plural = Literal["bins", "counters"]
Words = Annotated[str, Query(alias="q", max_length=100)]

KINDS: dict[Plural, Kind] = {"bins": Kind.BINS, "counters": Kind.COUNTERS}
FIELDS = {Kind.BINS: BIN, Kind.COUNTERS: COUNTER}
TABLES: dict[Kind, Table[Any]] = {Kind.BINS: BINS, Kind.COUNTERS: COUNTERS}
ADD = {Kind.BINS: said("Add a bin"), Kind.COUNTERS: said("Add a counter")}
EDIT = {Kind.BINS: said("Bin %(name)s"), Kind.COUNTERS: said("Counter %(name)s")}


@router.get("/officer/assets")
def find(request: Request, conn: Conn, caller: Officer, at: Now, q: Words = "") -> Response:
    """Bins and counters that hold the words asked for."""
    found = inventory.find_assets(conn, caller.council, q, at, MOST + 1)
    return private_page(request, "assets.html", found=found[:MOST], more=len(found) > MOST, q=q)


@router.get("/officer/assets/changes")
def show_changes(request: Request, conn: Conn, caller: Officer) -> Response:
    """What was changed last, by whom."""
    return private_page(request, "asset_changes.html", changes=changes.changes_of(conn, caller.council, None, MOST), most=MOST)


@router.get("/officer/assets/{kind}/new")
def ask_new(request: Request, kind: Plural, caller: Officer) -> Response:  # noqa: ARG001 the form is for officers only
    """An empty form."""
    typed = {"visit_every_days": "1", "active": "true"}
    return _form(request, KINDS[kind], Form(FIELDS[KINDS[kind]], typed), None)


@router.post("/officer/assets/{kind}/new")
def add(request: Request, kind: Plural, typed: Typed, conn: Conn, caller: Officer, at: Now) -> Response:
    """Keep a new bin or counter. One that is there already is not written over."""
    of = KINDS[kind]
    form = Form(FIELDS[of], typed)
    try:
        asset = form.asset(TABLES[of])
        name = getattr(asset, TABLES[of].key[0])
        if _found(conn, caller, of, name) is not None:
            raise WrongForm({TABLES[of].key[0]: MisfitError(TABLES[of].key[0], "it is there already", "there_already")})
        _keep(conn, caller, of, asset, at)
    except WrongForm as wrong:
        return _form(request, of, form.refused(render.words(request), wrong.wrong), None)
    return render.see_other(request, f"/officer/assets/{kind}/{name}")


@router.get("/officer/assets/{kind}/{asset_id}")
def show(request: Request, kind: Plural, asset_id: str, conn: Conn, caller: Officer, at: Now, page: PageNumber = 1) -> Response:
    """A bin or counter, what stood there, and what was changed."""
    asset = _wanted(conn, caller, KINDS[kind], asset_id)
    (found,) = [each for each in inventory.find_assets(conn, caller.council, asset_id, at, EVERY) if _is(each, kind, asset_id)]
    history = installations.versions(conn, caller.council, post=asset_id)
    noted = changes.changes_of(conn, caller.council, asset_id, CHANGES_SHOWN)
    standing = [each for each in history if each.holds(at)]
    seen: dict[str, Any] = {"kind": kind, "asset": asset, "found": found, "standing": standing, "changes": noted}
    seen |= {"versions": paged(history, page), "address": lambda number: f"/officer/assets/{kind}/{asset_id}?page={number}"}
    return private_page(request, "asset.html", fields=FIELDS[KINDS[kind]], **seen)


@router.get("/officer/assets/{kind}/{asset_id}/edit")
def ask_edit(request: Request, kind: Plural, asset_id: str, conn: Conn, caller: Officer) -> Response:
    """A form with what is known."""
    asset = _wanted(conn, caller, KINDS[kind], asset_id)
    fields = FIELDS[KINDS[kind]][1:]
    return _form(request, KINDS[kind], Form(fields, {each.name: shown(getattr(asset, each.name)) for each in fields}), asset_id)


@router.post("/officer/assets/{kind}/{asset_id}/edit")
def edit(request: Request, kind: Plural, asset_id: str, typed: Typed, conn: Conn, caller: Officer, at: Now) -> Response:
    """Keep what is now known."""
    of = KINDS[kind]
    _wanted(conn, caller, of, asset_id)
    form = Form(FIELDS[of][1:], typed)
    try:
        _keep(conn, caller, of, form.asset(TABLES[of], **{TABLES[of].key[0]: asset_id}), at)
    except WrongForm as wrong:
        return _form(request, of, form.refused(render.words(request), wrong.wrong), asset_id)
    return render.see_other(request, f"/officer/assets/{kind}/{asset_id}")


def _form(request: Request, kind: Kind, form: Form, asset_id: str | None) -> Response:
    words = render.words(request)
    title = words(ADD[kind]) if asset_id is None else words(EDIT[kind], name=asset_id)
    back = "/officer/assets" if asset_id is None else f"/officer/assets/{kind}/{asset_id}"
    return form_page(request, form, title, words(said("Save")), back)


def _keep(conn: Connection, caller: Caller, kind: Kind, asset: Any, at: Any) -> None:
    try:
        imports.keep_one(conn, caller.council, kind, asset, Told(caller.subject, at))
    except MisfitError as misfit:
        raise WrongForm({misfit.column: misfit}) from misfit


def _found(conn: Connection, caller: Caller, kind: Kind, name: str) -> Any:
    key = TABLES[kind].key[0]
    return next((each for each in assets.kept(conn, caller.council, kind) if getattr(each, key) == name), None)


def _wanted(conn: Connection, caller: Caller, kind: Kind, name: str) -> Any:
    asset = _found(conn, caller, kind, name)
    if asset is None:
        raise NotHere("Your council has nothing of this number.")
    return asset


def _is(found: inventory.FoundAsset, kind: str, asset_id: str) -> bool:
    return (f"{found.kind}s", found.asset_id) == (kind, asset_id)
