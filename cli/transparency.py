"""`streets transparency`: the records of the Algorithmic Transparency Recording Standard, made from what is live."""

import json
from enum import StrEnum
from typing import Annotated

import typer

app = typer.Typer()


class Tool(StrEnum):
    """What a record is about."""

    ROUNDS = "rounds"
    POTHOLES = "potholes"


@app.command("transparency")
def show(
    council: Annotated[str, typer.Argument(help="The council's code.")],
    tool: Annotated[Tool, typer.Argument(help="Which bins are emptied when, or where the road jolts.")] = Tool.ROUNDS,
    as_json: Annotated[bool, typer.Option("--json", help="The record of /v1/transparency.")] = False,
) -> None:
    """A transparency record as Markdown, to read or to send to the standard's team."""
    from api.atrs import Kept, record
    from api.faces import plain
    from api.pages.words import Words
    from api.problems import NotHere
    from api.transparency import as_record, markdown, named
    from cli.database import transaction
    from streets import clock
    from streets.settings import bump_retention_days_of, public_url_of, raw_retention_days_of

    kept = Kept(public_url_of(), raw_retention_days_of(), bump_retention_days_of())
    with transaction("streets_api") as conn:
        try:
            told = record(conn, kept, named(conn, council), tool.value, clock.now(), Words("en"))
        except NotHere as missing:
            typer.echo(f"streets: {missing.detail}", err=True)
            raise typer.Exit(1) from missing
    typer.echo(json.dumps(plain(as_record(told)), ensure_ascii=False) if as_json else markdown(told))
