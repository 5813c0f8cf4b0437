"""`streets rounds`: plan a day's rounds, and show one to a crew."""

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import typer

from api import round_faces as faces
from api.faces import plain
from api.pages.words import Words
from api.round_sheet import Sheet, sheets_of
from api.round_words import why, why_not
from cli.database import transaction
from streets import clock
from streets.planning.day import LONDON
from streets.planning.rounds import REFUSALS, plan_day
from streets.store import rounds
from streets.store.database import Connection

app = typer.Typer(name="rounds", no_args_is_help=True, help="Plan collection rounds, and show them.")


def text(seen: Sheet) -> str:
    """A round to read: one line a stop with its time and why."""
    words = Words("en")
    lines = [f"{seen.round.vehicle_name}, {words.date(seen.round.service_date)}: {seen.round.distance_m / 1000:.1f} km"]
    for stop in seen.stops:
        lines.append(
            f"{stop.number:3d}  {words.time(stop.plan.eta):>7}  {stop.plan.name}: {why(words, stop.plan)} [{stop.state}]"
        )
    lines.append(f"Not today ({len(seen.not_today)}):")
    lines.extend(f"     {left.name}: {why_not(words, left)}" for left in seen.not_today)
    return "\n".join(lines)


FACES: dict[str, Callable[[Sheet], str]] = {
    "json": lambda seen: json.dumps(plain(faces.full(seen)), ensure_ascii=False),
    "geojson": lambda seen: json.dumps(faces.geojson([seen]), ensure_ascii=False),
    "gpx": lambda seen: faces.gpx([seen]),
    "csv": lambda seen: faces.csv_text([seen]),
    "text": text,
}


@app.command()
def plan(
    day: Annotated[datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="By default today.")] = None,
    council: Annotated[str | None, typer.Option(help="By default every council that can be planned for.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Plan anew around the stops that are done.")] = False,
    budget_s: Annotated[float, typer.Option(min=0.1, max=600, help="Seconds to search for.")] = 5.0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON list.")] = False,
) -> None:
    """Plan a day's rounds; a plan that stands is kept unless --again is given."""
    at = clock.now()
    service_date = day.date() if day else at.astimezone(LONDON).date()
    with transaction("streets_jobs") as conn:
        councils = [council] if council else rounds.plannable(conn)
        seen = [each for name in councils for each in _planned(conn, name, service_date, at, again, budget_s)]
    if as_json:
        typer.echo(json.dumps([plain(faces.summary(each)) for each in seen], ensure_ascii=False))
        return
    for each in seen:
        bins = faces.summary(each)["bins"]
        typer.echo(f"{each.round.round_id}  {each.round.vehicle_name}  {bins} bins  {each.round.distance_m / 1000:.1f} km")
    if not seen:
        typer.echo("streets: no council has streets, a depot, a tip and a vehicle to plan with", err=True)
        raise typer.Exit(1)


def _planned(conn: Connection, council: str, service_date: date, at: datetime, again: bool, budget_s: float) -> list[Sheet]:
    try:
        planned = plan_day(conn, council, service_date, at, again=again, planned_by="command line", budget_s=budget_s)
    except REFUSALS as error:
        typer.echo(f"streets: {error}", err=True)
        raise typer.Exit(1) from error
    return sheets_of(conn, list(planned.rounds))


@app.command()
def show(
    round_id: Annotated[UUID, typer.Argument(help="As `streets rounds plan` shows it.")],
    face: Annotated[str, typer.Option("--format", help=", ".join(FACES))] = "text",
) -> None:
    """Show a round, or the one that superseded it."""
    if face not in FACES:
        raise typer.BadParameter(f"the format is one of {', '.join(FACES)}, not {face!r}", param_hint="--format")
    with transaction("streets_officer") as conn:
        found = rounds.in_force(conn, None, round_id)
        seen = sheets_of(conn, [found])[0] if found else None
    if seen is None:
        typer.echo(f"streets: there is no round {round_id}", err=True)
        raise typer.Exit(1)
    typer.echo(FACES[face](seen))
