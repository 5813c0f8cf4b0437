"""`streets doctor`: what is well, what is not, and what to do about it."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def doctor(as_json: Annotated[bool, typer.Option("--json", help="JSON instead of lines.")] = False) -> None:
    """Check settings, database, clock, migrations, roles, policies, jobs, ingest and broker; exit 1 where anything is wrong."""
    from cli.examination import findings

    found = list(findings())
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in found], indent=1))
    else:
        for finding in found:
            typer.echo(f"{'well ' if finding.ok else 'WRONG'}  {finding.check}: {finding.says}")
            if not finding.ok:
                typer.echo(f"       → {finding.do}")
    raise typer.Exit(0 if all(finding.ok for finding in found) else 1)
