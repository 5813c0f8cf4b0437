"""`streets import` and `streets council`: a council's assets come in as files, whole or not at all."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli.database import transaction
from streets import clock

app = typer.Typer()
council_app = typer.Typer(no_args_is_help=True, help="The councils that are served.")
app.add_typer(council_app, name="council")


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


@app.command("import")
def import_assets(
    kind: Annotated[Kind, typer.Argument(help="What the file holds.")],
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV; wards: GeoJSON; streets: .osm.pbf.")
    ],
    council: Annotated[str, typer.Option(help="The council whose assets they are.")],
) -> None:
    """Bring a council's assets in, or up to date. When a line is refused, all are told and nothing of the file is imported."""
    from cli.asset_files import import_file
    from streets.assets.rows import ImportRefusedError

    try:
        with transaction("streets_officer") as conn:
            imported = import_file(conn, kind, council, file.read_bytes(), clock.now())
    except ImportRefusedError as error:
        typer.echo(str(error), err=True)
        typer.echo(f"{file}: nothing was imported", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"{kind} imported from {file}: {imported}", err=True)


def named(words: str | None) -> str | None:
    """A name or None. Raises BadParameter on what is not printable text."""
    from streets.assets import cells

    try:
        return None if words is None else cells.name(words)
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong)) from wrong


@council_app.command("add")
def add_council(
    code: Annotated[str, typer.Argument(help="Its code in topics and addresses: a-z, 0-9 and -.")],
    name: Annotated[str, typer.Argument(help="Its name.", callback=named)],
    name_cy: Annotated[str | None, typer.Option(help="Its name in Welsh.", callback=named)] = None,
) -> None:
    """Add a council, or give it another name."""
    from streets.store import assets

    if not assets.COUNCIL_CODE.fullmatch(code):
        raise typer.BadParameter(f"{code!r} is not made of a-z, 0-9 and -", param_hint="CODE")
    with transaction("streets_officer") as conn:
        assets.add_council(conn, code, name, name_cy)
    typer.echo(f"council {code} is {name}", err=True)
