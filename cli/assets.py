"""`streets import`, `streets export` and `streets council`: a council's assets come in as files, whole or not at all."""

import json
from pathlib import Path
from typing import Annotated

import typer

from cli.database import transaction
from cli.import_report import in_figures, lines, told
from streets import clock
from streets.assets.kinds import Kind

app = typer.Typer()
council_app = typer.Typer(no_args_is_help=True, help="The councils that are served.")
app.add_typer(council_app, name="council")


@app.command("import")
def import_assets(
    kind: Annotated[Kind, typer.Argument(help="What the file holds.")],
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV; wards: GeoJSON; streets: .osm.pbf.")
    ],
    council: Annotated[str, typer.Option(help="The council whose assets they are.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what the file would do.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON.")] = False,
) -> None:
    """Bring a council's assets in, or up to date, and say of each line what it changes.

    When a line is refused, all are told and nothing of the file is imported.
    """
    from streets.store.changes import Told
    from streets.store.imports import examine, keep_examined

    raw = file.read_bytes()
    with transaction("streets_officer") as conn:
        report = examine(conn, council, kind, raw)
        if not (dry_run or report.refusals):
            keep_examined(conn, council, kind, raw, report, Told(f"streets import {kind}", clock.now()))
    done = "nothing was imported" if dry_run or report.refusals else f"{kind} imported"
    if as_json:
        typer.echo(json.dumps(told(report), ensure_ascii=False, indent=2))
    else:
        for line in lines(report):
            typer.echo(line, err=True)
    typer.echo(f"{file}: {done} ({in_figures(report)})", err=True)
    if report.refusals:
        raise typer.Exit(1)


@app.command("export")
def export_assets(
    kind: Annotated[Kind, typer.Argument(help="What to write.")],
    council: Annotated[str, typer.Option(help="The council whose assets they are.")],
) -> None:
    """A council's assets as the CSV file that `streets import` takes; imported again it changes nothing."""
    from streets.assets.tables import TABLES
    from streets.store.imports import export

    if kind not in TABLES:
        raise typer.BadParameter(f"{kind} do not come as CSV", param_hint="KIND")
    with transaction("streets_officer") as conn:
        typer.echo(export(conn, council, kind), nl=False)


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
