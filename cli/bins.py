"""`streets bins`: what is known of the litter bins, as the API tells it."""

import json
from typing import Annotated

import typer

app = typer.Typer()
bins = typer.Typer(no_args_is_help=True, help="Litter bins.")
app.add_typer(bins, name="bins")


@bins.callback()
def litter_bins() -> None:
    """Litter bins."""


@bins.command()
def forecast(
    council: Annotated[str | None, typer.Option(help="only this council's bins")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="the records of /v1/bins")] = False,
) -> None:
    """Every bin: how full it is, or why that is not known, and when it is expected to be full."""
    from api.bins import open_bin
    from api.faces import record
    from cli.database import transaction
    from streets.clock import now
    from streets.store.bins import now as bins_now

    at = now()
    with transaction("streets_api") as conn:
        found = [open_bin(known, at) for known in bins_now(conn, council=council)]
    if as_json:
        typer.echo(json.dumps({"bins": [record(one) for one in found]}, ensure_ascii=False))
        return
    for one in found:
        fill = f"{one.fill_pct:.0f}%" if one.fill_pct is not None else one.not_measurable or one.state
        full = f"{one.full_at:%Y-%m-%d %H:%M}Z" if one.full_at else "-"
        typer.echo(f"{one.bin_id}\t{fill}\t{full}\t{one.name}")
