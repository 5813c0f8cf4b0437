"""`/v1/assets`, `/v1/devices`, `/v1/installations`: what a council has in its streets, for its officers' programs.

They do what the officers' pages do, by the same rules, and every change is written down with the subject of the token.
"""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query
from fastapi.responses import Response

from api import asset_shapes as shapes
from api.asked import RecordId
from api.asset_bodies import (
    BinBody,
    CorrectionBody,
    CounterBody,
    DeviceBody,
    InstallationBody,
    TakenAwayBody,
    VersionBody,
    asset_of,
    changes_of,
    misfits,
)
from api.context import Conn, Now
from api.faces import json_face, record
from api.problems import NotHere, Problem
from api.round_faces import PRIVATE
from api.shapes import Csv
from api.who import Caller, Officer
from streets.assets.kinds import Kind
from streets.assets.rows import BinRow, CounterRow, DeviceRow, MisfitError, Refusal
from streets.assets.tables import BINS, COUNTERS, DEVICES, INSTALLATIONS, TABLES
from streets.store import assets, changes, device_words, imports, installations, inventory, posts
from streets.store.changes import Told
from streets.store.database import Connection
from streets.store.installations import NoSuchVersionError, Version

router = APIRouter(tags=["assets"])

MOST = 5000
CHANGES_AT_MOST = 200

Words = Annotated[str, Query(alias="q", max_length=100, description="Part of a number, name, street, USRN or device")]
CsvBytes = Annotated[bytes, Body(media_type="text/csv")]


def private(body: object, status: int = 200) -> Response:
    """An answer for the officers of one council: no licence, and no cache keeps it."""
    response = json_face(body)
    response.status_code = status
    for name in ("Link", "Access-Control-Allow-Origin"):
        del response.headers[name]
    response.headers.update(PRIVATE)
    return response


@router.get("/v1/assets", response_model=shapes.FOUND_ASSETS)
def find(conn: Conn, caller: Officer, at: Now, words: Words = "") -> Response:
    """Bins and counters whose number, name, street, USRN or device holds the words, with the devices that stand there."""
    return private({"assets": [record(each) for each in inventory.find_assets(conn, caller.council, words, at, MOST)]})


@router.get(
    "/v1/assets/bins/{bin_id}",
    response_model=shapes.BIN_RECORD,
)
def show_bin(bin_id: str, conn: Conn, caller: Officer) -> Response:
    """A bin's record, every device that ever stood there, and every change."""
    return private(_with_history(conn, caller, Kind.BINS, bin_id))


@router.put("/v1/assets/bins/{bin_id}", response_model=BinRow)
def put_bin(bin_id: str, body: BinBody, conn: Conn, caller: Officer, at: Now) -> Response:
    """A new bin, or the whole of what is now known of one. 422 says which members are wrong."""
    return private(_put(conn, caller, Kind.BINS, asset_of(BINS, {"bin_id": bin_id, **body.model_dump()}), at))


@router.get(
    "/v1/assets/counters/{counter_id}",
    response_model=shapes.COUNTER_RECORD,
)
def show_counter(counter_id: str, conn: Conn, caller: Officer) -> Response:
    """A counter's record, every device that ever stood there, and every change."""
    return private(_with_history(conn, caller, Kind.COUNTERS, counter_id))


@router.put("/v1/assets/counters/{counter_id}", response_model=CounterRow)
def put_counter(counter_id: str, body: CounterBody, conn: Conn, caller: Officer, at: Now) -> Response:
    """A new counter, or the whole of what is now known of one."""
    return private(_put(conn, caller, Kind.COUNTERS, asset_of(COUNTERS, {"counter_id": counter_id, **body.model_dump()}), at))


@router.get("/v1/assets/files/{kind}.csv", response_class=Csv)
def export(kind: Kind, conn: Conn, caller: Officer) -> Response:
    """The council's assets of a kind as the file that, imported again, changes nothing."""
    if kind not in TABLES:
        raise NotHere(f"{kind} do not come as CSV.")
    headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="{kind}.csv"'}
    return Response(imports.export(conn, caller.council, kind), 200, headers, "text/csv; charset=utf-8; header=present")


@router.post("/v1/assets/files/{kind}", response_model=shapes.REPORT)
def bring_in(kind: Kind, raw: CsvBytes, conn: Conn, caller: Officer, at: Now, dry_run: bool = True) -> Response:
    """What a file (CSV; wards: GeoJSON) would change; with `dry_run=false` it is kept, whole or not at all (422)."""
    report = imports.examine(conn, caller.council, kind, raw)
    if report.refusals:
        refused = list(map(_remark, report.refusals))
        raise Problem(422, "invalid", "Nothing was imported: see errors.", members={"errors": refused})
    if not dry_run:
        imports.keep_examined(conn, caller.council, kind, raw, report, Told(caller.subject, at))
    lines: list[dict[str, Any]] = [
        {"where": line.where, "name": line.name, "state": line.state, "was": line.was, "became": line.became}
        for line in report.compared
        if line.state != "unchanged"
    ]
    told = {"applied": not dry_run, "remarks": list(map(_remark, report.remarks)), "lines": lines}
    return private({**report.counts, **told})


@router.get("/v1/devices", response_model=shapes.FOUND_DEVICES)
def find_devices(conn: Conn, caller: Officer, at: Now, words: Words = "") -> Response:
    """Devices whose name, model or post holds the words: where each stands, when it was last heard, how long it is supported."""
    found = inventory.find_devices(conn, caller.council, words, at, MOST)
    return private({"devices": [{**record(each), "support": each.support(at.date())} for each in found]})


@router.get(
    "/v1/devices/{device:path}",
    response_model=shapes.DEVICE_RECORD,
)
def show_device(device: str, conn: Conn, caller: Officer) -> Response:
    """A device, every version of its installations, and every change."""
    return private(_with_history(conn, caller, Kind.DEVICES, device))


@router.put("/v1/devices/{device:path}", response_model=DeviceRow)
def put_device(device: str, body: DeviceBody, conn: Conn, caller: Officer, at: Now) -> Response:
    """A new device, or the whole of what is now known of one."""
    return private(_put(conn, caller, Kind.DEVICES, asset_of(DEVICES, {"device": device, **body.model_dump()}), at))


@router.get("/v1/installations", response_model=shapes.INSTALLATIONS)
def show_installations(conn: Conn, caller: Officer, device: str | None = None, post: str | None = None) -> Response:
    """Every version, the latest first: of all the council's devices, of one, or of one bin or counter (`post`)."""
    return private({"installations": [record(each) for each in installations.versions(conn, caller.council, device, post)]})


@router.post("/v1/installations", status_code=201, response_model=Version)
def install(body: InstallationBody, conn: Conn, caller: Officer, at: Now) -> Response:
    """Have a device stand somewhere: what it did before ends. With `replaces` that device's version there ends too (a swap)."""
    made = asset_of(INSTALLATIONS, body.model_dump(exclude={"replaces"}))
    told = Told(caller.subject, at)
    try:
        if body.replaces is None:
            new_id = posts.commission(conn, caller.council, made, told)
        else:
            new_id = posts.swap(conn, caller.council, body.replaces, made, told)
    except MisfitError as misfit:
        raise misfits({misfit.column: misfit}) from misfit
    return private(record(installations.version(conn, caller.council, new_id)), 201)


@router.post("/v1/installations/taken-away", response_model=shapes.INSTALLATIONS)
def take_away(body: TakenAwayBody, conn: Conn, caller: Officer, at: Now) -> Response:
    """End all that a device does."""
    try:
        posts.take_away(conn, caller.council, body.device, body.at, body.note, Told(caller.subject, at))
    except MisfitError as misfit:
        raise misfits({"at": misfit}) from misfit
    return private({"installations": [record(each) for each in installations.versions(conn, caller.council, body.device)]})


@router.put("/v1/installations/{installation_id}", response_model=Version)
def correct(installation_id: RecordId, body: CorrectionBody, conn: Conn, caller: Officer, at: Now) -> Response:
    """Put right what of a version was written down wrongly; members left out stay. What was derived by it is derived anew."""
    told = Told(caller.subject, at)
    right = changes_of(INSTALLATIONS, body.model_dump(exclude_unset=True))
    try:
        posts.correct(conn, caller.council, installation_id, right, told)
    except MisfitError as misfit:
        raise misfits({misfit.column: misfit}) from misfit
    except NoSuchVersionError as error:
        raise NotHere(str(error)) from error
    return private(record(installations.version(conn, caller.council, installation_id)))


@router.post("/v1/installations/{installation_id}/versions", status_code=201, response_model=Version)
def change(installation_id: RecordId, body: VersionBody, conn: Conn, caller: Officer, at: Now) -> Response:
    """End a version and begin one that differs in `changes`; what was derived until then stays."""
    told, changed = Told(caller.subject, at), changes_of(INSTALLATIONS, body.changes)
    try:
        new_id = installations.new_version(conn, caller.council, installation_id, body.valid_from, changed, told, words=body.note)
    except MisfitError as misfit:
        raise misfits({misfit.column: misfit}) from misfit
    except NoSuchVersionError as error:
        raise NotHere(str(error)) from error
    return private(record(installations.version(conn, caller.council, new_id)), 201)


def _put(conn: Connection, caller: Caller, kind: Kind, asset: Any, at: Any) -> dict[str, Any]:
    try:
        imports.keep_one(conn, caller.council, kind, asset, Told(caller.subject, at))
    except MisfitError as misfit:
        raise misfits({misfit.column: misfit}) from misfit
    return asdict(asset)


def _with_history(conn: Connection, caller: Caller, kind: Kind, name: str) -> dict[str, Any]:
    key = TABLES[kind].key[0]
    found = next((each for each in assets.kept(conn, caller.council, kind) if getattr(each, key) == name), None)
    if found is None:
        raise NotHere(f"Your council has no {kind} {name[:80]!r}.")
    is_device = kind is Kind.DEVICES
    history = installations.versions(conn, caller.council, **({"device": name} if is_device else {"post": name}))
    noted = changes.changes_of(conn, caller.council, name, CHANGES_AT_MOST)
    words = device_words.words_of(conn, caller.council, name) if is_device else ()
    about = {"about": [{"name": each.name, "value": each.value, "since": each.told_at} for each in words]} if is_device else {}
    return {
        **asdict(found),
        **about,
        "installations": [record(each) for each in history],
        "changes": [record(each) for each in noted],
    }


def _remark(remark: Refusal) -> dict[str, str | None]:
    return {"where": remark.where, "what": remark.why, "code": remark.error.kind, "column": remark.column}
