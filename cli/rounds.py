"""`streets rounds`: plan a day's rounds, and show one to a crew."""

import json
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated
from uuid import UUID, uuid4

import typer

from cli.database import opened_now, transaction
from cli.planning_progress import ToldProgress
from streets import clock

if TYPE_CHECKING:
    from api.round_sheet import Sheet
    from streets.planning.runs import Order
    from streets.store.database import Database

app = typer.Typer(name="rounds", no_args_is_help=True, help="Plan collection rounds, and show them.")


class Face(StrEnum):
    """How a round can be shown."""

    JSON = "json"
    GEOJSON = "geojson"
    GPX = "gpx"
    CSV = "csv"
    ICS = "ics"
    TEXT = "text"


@app.command()
def plan(
    day: Annotated[datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="By default today.")] = None,
    council: Annotated[str | None, typer.Option(help="By default every council that can be planned for.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Plan anew around the stops that are done.")] = False,
    budget_s: Annotated[
        float | None, typer.Option(min=0.1, max=600, help="Seconds to search for at most; by default as the day is large.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON list.")] = False,
) -> None:
    """Plan a day's rounds; a plan that stands is kept unless --again is given. Ctrl-C cancels, and keeps what stands."""
    from api.faces import plain
    from api.round_faces import summary
    from streets.planning.day import LONDON
    from streets.planning.runs import Order
    from streets.store import rounds

    service_date = day.date() if day else clock.now().astimezone(LONDON).date()
    with opened_now("streets_jobs", size=2) as db:
        with db.transaction() as conn:
            councils = [council] if council else rounds.plannable(conn)
        seen: list[Sheet] = []
        for name in councils:
            order = Order(council=name, service_date=service_date, asked_by="command line", again=again, budget_s=budget_s)
            seen.extend(_planned(db, order))
    if as_json:
        typer.echo(json.dumps([plain(summary(each)) for each in seen], ensure_ascii=False))
        return
    for each in seen:
        bins = summary(each)["bins"]
        typer.echo(f"{each.round.round_id}  {each.round.vehicle_name}  {bins} bins  {each.round.distance_m / 1000:.1f} km")
    if not seen:
        typer.echo("streets: no council has streets, a depot, a tip and a vehicle to plan with", err=True)
        raise typer.Exit(1)


def _planned(db: "Database", order: "Order") -> "list[Sheet]":
    """The sheets of the rounds in force after an order is carried out. Ends the command where there are none."""
    from api.round_sheet import sheets_of
    from streets.planning.rounds import REFUSALS
    from streets.planning.runs import BusyError, ask, carry_out
    from streets.rounds.watch import PlanCancelledError

    taken_by, told = uuid4(), ToldProgress(order.council)
    try:
        with db.transaction() as conn:
            asked = ask(conn, order, taken_by, clock.now())
        with told:
            planned = carry_out(db, asked, taken_by, clock.now, told.watch)
    except PlanCancelledError as error:
        typer.echo("streets: cancelled; what was planned before stands", err=True)
        raise typer.Exit(1) from error
    except (*REFUSALS, BusyError) as error:
        typer.echo(f"streets: {error}", err=True)
        raise typer.Exit(1) from error
    with db.transaction() as conn:
        return sheets_of(conn, list(planned.rounds) if planned else [])


@app.command()
def show(
    round_id: Annotated[UUID, typer.Argument(help="As `streets rounds plan` shows it.")],
    face: Annotated[Face, typer.Option("--format", help="What it is shown as.")] = Face.TEXT,
) -> None:
    """Show a round, or the one that superseded it."""
    from api.round_sheet import sheets_of
    from cli.round_faces import FACES
    from streets.store import rounds

    with transaction("streets_officer") as conn:
        found = rounds.in_force(conn, None, round_id)
        seen = sheets_of(conn, [found])[0] if found else None
    if seen is None:
        typer.echo(f"streets: there is no round {round_id}", err=True)
        raise typer.Exit(1)
    typer.echo(FACES[face](seen))
