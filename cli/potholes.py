"""`streets potholes list`: the published sites, as the API answers them."""

import json
from typing import Annotated

import typer

from cli.database import transaction

app = typer.Typer()
potholes_app = typer.Typer(no_args_is_help=True, help="Potholes that at least three reporters felt.")
app.add_typer(potholes_app, name="potholes")


@potholes_app.command("list")
def show_all(as_json: Annotated[bool, typer.Option("--json", help="JSON instead of text.")] = False) -> None:
    """Every published site, one a line; to stderr, how many are withheld and why."""
    from api.faces import record
    from api.potholes import withheld
    from streets.store import potholes

    with transaction("streets_api") as conn:
        sites, counts = potholes.published_sites(conn), withheld(potholes.withheld_counts(conn))
    if as_json:
        typer.echo(json.dumps({"potholes": [record(site) for site in sites], "withheld": counts}, ensure_ascii=False))
        return
    for site in sites:
        street = site.street or site.ward_name or "street not known"
        typer.echo(
            f"{site.site_id}  {site.lat:.5f},{site.lon:.5f}  {street}  {site.reporters} reporters  {site.days} days"
            f"  {site.severity_g:.1f} g"
        )
    for reason, sites_withheld in counts.items():
        typer.echo(f"withheld, {reason}: {sites_withheld}", err=True)


@potholes_app.callback()
def all_potholes() -> None:
    """Keeps `list` a word of its own, though it is the only command yet."""
