"""`streets audit`: what is derived, compared with the readings now, for the days asked for."""

import json
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

import typer

from cli.database import opened_now
from streets import clock

app = typer.Typer()

USUAL_DAYS = 7
Day = datetime | None


@app.command("audit")
def audit(
    since: Annotated[Day, typer.Option("--from", formats=["%Y-%m-%d"], help="First UTC day; else a week of days.")] = None,
    until: Annotated[Day, typer.Option("--to", formats=["%Y-%m-%d"], help="Last UTC day; else today so far.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of a table.")] = False,
) -> None:
    """Compare counts, their hours, published hours, fills and emptyings with the readings, and repair what differs.

    Exit 1 where anything differs still. The jobs do the same every night for the last week and a part of the history.
    """
    from streets.jobs.audit import audit_days, summary

    at = clock.now()
    last = until.date() if until else at.astimezone(UTC).date()
    first = since.date() if since else last - timedelta(days=USUAL_DAYS - 1)
    if first > last:
        raise typer.BadParameter("--to must not be before --from")
    days: list[date] = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    with opened_now("streets_jobs", size=2) as db:
        found = audit_days(db, days, at)
    if as_json:
        typer.echo(json.dumps({"begun_at": at.isoformat(), "found": [asdict(one) for one in found]}, default=str))
    else:
        typer.echo(f"{'day':10}  {'what':15}  {'compared':>10}  {'differed':>10}  {'repaired':>10}")
        for one in found:
            typer.echo(f"{one.day}  {one.what:15}  {one.compared:>10,}  {one.differed:>10,}  {one.repaired:>10,}")
    typer.echo(summary(found), err=True)
    if any(one.differed != one.repaired for one in found):
        raise typer.Exit(1)
