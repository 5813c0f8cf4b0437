"""`streets savings`: what the rounds saved against the schedule they replace, month by month."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from api.savings import MonthRow

app = typer.Typer()


@app.command("savings")
def show(
    month: Annotated[str | None, typer.Option(help="Only this month, as 2026-03.")] = None,
    council: Annotated[str | None, typer.Option(help="Only this council's.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The records of /v1/savings.")] = False,
) -> None:
    """What the rounds saved against the fixed schedule, net of sensors, and what overflowed beside it."""
    from api.faces import plain
    from api.problems import Problem
    from api.savings import month_of, month_record, month_row
    from cli.database import transaction
    from streets.accounts.savings import months_told

    try:
        wanted = month_of(month) if month else None
    except Problem as problem:
        raise typer.BadParameter(str(problem.detail)) from problem
    with transaction("streets_api") as conn:
        found = months_told(conn, council, wanted)
    if as_json:
        typer.echo(json.dumps({"months": [plain(month_record(told)) for told in found]}, ensure_ascii=False))
        return
    for told in found:
        typer.echo("\t".join(_cells(month_row(told))))
    if not found:
        typer.echo("No day is closed yet: a day is, a day after its end, once rounds are planned.", err=True)


def _cells(row: "MonthRow") -> list[str]:
    counted = f"{row.days_counted} of {row.days} days counted"
    overflows = f"{row.bin_days_overflowed} of {row.bin_days_measured} bin-days overflowed"
    if row.saved_visits is None:
        return [row.council, row.month, counted, "too little known", overflows]
    saved = f"{row.saved_visits} visits, {row.saved_km:.1f} km, {row.saved_hours:.1f} h saved"
    return [row.council, row.month, counted, saved, f"£{row.net_pounds:,.2f} net of sensors", overflows]
