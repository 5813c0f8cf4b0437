"""`streets gaps`: what is missing; `streets backfill`: ask the network's store for it."""

import json
import sys
from dataclasses import asdict
from datetime import datetime
from threading import Event
from typing import TYPE_CHECKING, Annotated

import typer

from cli.database import opened_now, transaction
from cli.moments import moment
from cli.stopping import run_until_told
from streets import log
from streets.applications import Application, applications_of
from streets.settings import log_form_of

if TYPE_CHECKING:
    from streets.store.database import Database
    from streets.store.gaps import Gap

app = typer.Typer()

STATES = ("open", "filled", "part_filled", "beyond_retention", "not_recoverable")


@app.command("gaps")
def show(
    council: Annotated[str | None, typer.Option(help="Only those of this council.")] = None,
    state: Annotated[str | None, typer.Option(help=f"Only those that are {', '.join(STATES[:-1])} or {STATES[-1]}.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many, the last found first.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of text.")] = False,
) -> None:
    """Stretches in which messages are missing: nobody listened, or a frame counter jumped; and how the filling of each stands."""
    from streets.store import gaps

    if state is not None and state not in STATES:
        raise typer.BadParameter(f"a gap is {', '.join(STATES[:-1])} or {STATES[-1]}")
    with transaction("streets_ingest") as conn:
        found = gaps.gaps(conn, council, state, limit=limit)
    if as_json:
        typer.echo(json.dumps([asdict(gap) for gap in found], default=datetime.isoformat))
        return
    for gap in found:
        typer.echo(_line(gap))
    if not found:
        typer.echo("No such gaps are known.", err=True)


@app.command("backfill")
def fill_in(
    application: Annotated[
        str | None, typer.Option(help="Only this one (id@tenant); for open gaps all of its council. Default: all.")
    ] = None,
    since: Annotated[datetime | None, typer.Option(parser=moment, help="Ask from then on, gaps or none.")] = None,
    until: Annotated[datetime | None, typer.Option(parser=moment, help="… until then.")] = None,
) -> None:
    """Ask the stores of The Things Stack for open gaps, or for a stretch of time. Exit 1 when one did not answer.

    docs/settings.md says where applications and their keys are written.
    """
    log.begin("backfill", log_form_of())
    if (since is None) != (until is None) or (since is not None and until is not None and since >= until):
        raise typer.BadParameter("--since and --until go together, the earlier first")
    every = applications_of()
    named = [each for each in every if application in (None, each.name)]
    if not named:
        says = f"does not name {application}" if application else "names no application"
        sys.exit(f"streets: STREETS_APPLICATIONS_FILE {says}: see docs/settings.md")
    window = (since, until) if since is not None and until is not None else None
    councils = {each.council for each in named}
    of_councils = [[each for each in every if each.council == council] for council in sorted(councils)]
    groups = [[each] for each in named] if window else of_councils
    answered: list[bool] = []

    def work(stop: Event) -> None:
        with opened_now("streets_ingest", size=2) as db:
            answered.extend(_filled(db, group, window, stop) for group in groups)

    run_until_told(work)
    if not all(answered):
        raise typer.Exit(1)


def _filled(db: "Database", applications: list[Application], window: tuple[datetime, datetime] | None, stop: Event) -> bool:
    """Ask the stores of these applications, and say what came; whether all answered."""
    from ingest.gaps.backfill import fill
    from ingest.gaps.intake import ask
    from ingest.gaps.things_stack_storage import Storage
    from ingest.registry import Registry

    stores = [Storage(each) for each in applications]
    filling = ask(db, Registry(), stores, *window, stop) if window else fill(db, Registry(), stores, None, stop)
    came = filling.tally
    said = f"{came.received} uplinks, {came.stored} new, {came.duplicate} known, {came.rejected} refused"
    typer.echo(f"{', '.join(each.name for each in applications)}: {said}", err=True)
    for fault in filling.faults:
        typer.echo(f"streets: {fault}", err=True)
    return not filling.faults


def _line(gap: "Gap") -> str:
    one = gap.first_missing == gap.last_missing
    counters = f"counter {gap.first_missing}" if one else f"counters {gap.first_missing} to {gap.last_missing}"
    of = f"{gap.device}, {counters}" if gap.why == "counter" else gap.application
    missing = f"{gap.filled} of {gap.missing} came" if gap.missing is not None else f"{gap.filled} came"
    state = "open, not asked for yet" if gap.state == "open" and gap.asked_at is None else gap.state
    return (
        f"{gap.gap_id}  {gap.starts_at:%Y-%m-%d %H:%M:%S}Z to {gap.ends_at:%Y-%m-%d %H:%M:%S}Z  {gap.source} {of}  {gap.why}"
        f"  {state}: {missing}{f'; {gap.detail}' if gap.detail else ''}"
    )
