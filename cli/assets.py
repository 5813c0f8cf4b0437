"""`streets import` and `streets council`: a council's assets come in as files, whole or not at all."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.database import transaction
from streets import clock
from streets.assets import geography, tables
from streets.assets.rows import ImportRefusedError, Line, Refusal
from streets.store import assets
from streets.store.database import Connection

app = typer.Typer()
council_app = typer.Typer(no_args_is_help=True, help="The councils that are served.")
app.add_typer(council_app, name="council")

Put = Callable[[Connection, str, Any], None]


class Kind(StrEnum):
    """What can be imported."""

    BINS = "bins"
    COUNTERS = "counters"
    INSTALLATIONS = "installations"
    WARDS = "wards"
    STREETS = "streets"
    IRONWORK = "ironwork"
    BASES = "bases"
    VEHICLES = "vehicles"


TABLES: dict[Kind, tuple[tables.Table[Any], Put]] = {
    Kind.BINS: (tables.BINS, assets.import_bins),
    Kind.COUNTERS: (tables.COUNTERS, assets.import_counters),
    Kind.INSTALLATIONS: (tables.INSTALLATIONS, assets.import_installations),
    Kind.IRONWORK: (tables.IRONWORK, assets.import_ironwork),
    Kind.BASES: (tables.BASES, assets.import_bases),
    Kind.VEHICLES: (tables.VEHICLES, assets.import_vehicles),
}


def import_file(conn: Connection, kind: Kind, council: str, raw: bytes, at: datetime) -> int:
    """Import the file's bytes within the caller's transaction; return how many assets it held. Raises ImportRefusedError."""
    if not assets.has_council(conn, council):
        raise ImportRefusedError([Refusal("the council", f"there is no {council!r} yet: `streets council add` it")])
    if kind is Kind.STREETS:
        _refuse(geography.read_streets(raw))
        assets.import_streets(conn, council, raw, at)
        return 1
    lines: list[Line[Any]]
    if kind is Kind.WARDS:
        lines, refusals = geography.read_wards(raw)
        put: Put = assets.import_wards
    else:
        table, put = TABLES[kind]
        lines, refusals = tables.read_csv(table, raw)
    _refuse(refusals)
    put(conn, council, lines)
    return len(lines)


def _refuse(refusals: list[Refusal]) -> None:
    if refusals:
        raise ImportRefusedError(refusals)


@app.command("import")
def import_assets(
    kind: Annotated[Kind, typer.Argument(help="What the file holds.")],
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV; wards: GeoJSON; streets: .osm.pbf.")
    ],
    council: Annotated[str, typer.Option(help="The council whose assets they are.")],
) -> None:
    """Bring a council's assets in, or up to date. When a line is refused, all are told and nothing of the file is imported."""
    try:
        with transaction("streets_officer") as conn:
            imported = import_file(conn, kind, council, file.read_bytes(), clock.now())
    except ImportRefusedError as error:
        typer.echo(str(error), err=True)
        typer.echo(f"{file}: nothing was imported", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"{kind} imported from {file}: {imported}", err=True)


@council_app.command("add")
def add_council(
    code: Annotated[str, typer.Argument(help="Its code in topics and addresses: a-z, 0-9 and -.")],
    name: Annotated[str, typer.Argument(help="Its name.")],
    name_cy: Annotated[str | None, typer.Option(help="Its name in Welsh.")] = None,
) -> None:
    """Add a council, or give it another name."""
    if not assets.COUNCIL_CODE.fullmatch(code):
        raise typer.BadParameter(f"{code!r} is not made of a-z, 0-9 and -", param_hint="CODE")
    with transaction("streets_officer") as conn:
        assets.add_council(conn, code, name, name_cy)
    typer.echo(f"council {code} is {name}", err=True)
