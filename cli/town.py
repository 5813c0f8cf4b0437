"""`streets town`: the simulated town and its past, for a deployment that wants something to look at."""

import sys
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from cli.database import opened
from streets import clock
from streets.settings import database_url_of

app = typer.Typer()


@app.command()
def town(
    days: Annotated[int, typer.Option(min=1, max=366, help="Days of history.")] = 28,
    seed: Annotated[int, typer.Option(min=0, help="The same seed makes the same town.")] = 1,
) -> None:
    """Bring the simulated town and its past into the database of STREETS_DATABASE_URL, once; `streets simulate` goes on."""
    from cli.embedded.town import bring_in, fill
    from simulators.history import TownLife
    from simulators.town import COUNCIL, write_town

    url = database_url_of()
    if life_of_town(url, COUNCIL) is not None:
        typer.echo("the town is there already", err=True)
        return
    starts_at = (clock.now() - timedelta(days=days)).replace(minute=0, second=0, microsecond=0)
    with TemporaryDirectory() as folder, opened(url, "streets_officer") as officer:
        built = write_town(Path(folder), seed, starts_at)
        typer.echo(bring_in(officer, Path(folder), built, clock.now()), err=True)
    with opened(url, "streets_ingest") as ingest:
        typer.echo(fill(ingest, TownLife(built, starts_at), clock.now()), err=True)


def life_of_town(url: str, council: str) -> tuple[datetime, datetime] | None:
    """When the town kept in a database began to live, and when it was last heard; None where there is no town."""
    from streets.store.assets import council_began
    from streets.store.operations import newest_uplink

    with opened(url, "streets_officer", size=1) as db, db.transaction() as conn:
        began = council_began(conn, council)
        return None if began is None else (began, newest_uplink(conn) or began)


def town_in_database() -> tuple[datetime, datetime]:
    """The life of the town in the database of STREETS_DATABASE_URL; ends the process in one line where there is none."""
    from simulators.town import COUNCIL

    life = life_of_town(database_url_of(), COUNCIL)
    if life is None:
        sys.exit("streets: there is no simulated town in this database: run `streets town` first, or give --starts-at")
    return life
