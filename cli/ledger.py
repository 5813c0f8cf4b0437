"""`streets ledger`: whether everything that came is accounted for."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from cli.database import transaction

if TYPE_CHECKING:
    from streets.store.ledger import LedgerLine

app = typer.Typer()

COLUMNS = ("sent", "received", "stored", "duplicate", "rejected", "missing")


@app.command("ledger")
def show(
    day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="One UTC day of receipt; all days if left out.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of a table.")] = False,
) -> None:
    """Per source and device: sent (by frame counter), received, stored, duplicate, rejected, missing; exit 1 unless it balances.

    Sent and missing are - where no frame with a counter is kept to tell by.
    """
    from streets.store.ledger import ledger, totals

    with transaction("streets_api") as conn:
        lines = ledger(conn, day.date() if day else None)
    total = totals(lines)
    balances = all(line.balances for line in lines)
    if as_json:
        typer.echo(json.dumps({"lines": [asdict(line) for line in lines], "total": asdict(total), "balances": balances}))
    else:
        _table([*lines, total])
    typer.echo(_verdict(lines), err=True)
    if not balances:
        raise typer.Exit(1)


def _table(lines: "list[LedgerLine]") -> None:
    widths = [max(len(line.source) for line in lines), max(len(line.device) for line in lines)]
    typer.echo("  ".join(["source".ljust(widths[0]), "device".ljust(widths[1]), *(name.rjust(9) for name in COLUMNS)]))
    for line in lines:
        numbers = ("-" if (number := getattr(line, name)) is None else f"{number:,}" for name in COLUMNS)
        typer.echo(
            "  ".join([line.source.ljust(widths[0]), line.device.ljust(widths[1]), *(number.rjust(9) for number in numbers)])
        )


def _verdict(lines: "list[LedgerLine]") -> str:
    wrong = [line for line in lines if not line.balances]
    if not wrong:
        return "The ledger balances: received = stored + duplicate + rejected."
    named = ", ".join(f"{line.source} {line.device}".strip() for line in wrong)
    return f"The ledger does not balance: {named}."
