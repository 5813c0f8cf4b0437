"""`streets suitability`: whether each sensor suits its bin, as officers are told."""

import json
from typing import Annotated

import typer

app = typer.Typer()


@app.command("suitability")
def show(
    council: Annotated[str | None, typer.Option(help="Only this council's.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The records of /v1/suitability.")] = False,
) -> None:
    """Every sensor in a bin: the last verdict, whether its readings count, why, and offers waiting."""
    from api.faces import record
    from api.pages.words import Words
    from api.suitability_words import VERDICT_WORDS, WORDS
    from cli.database import transaction
    from streets.clock import now
    from streets.store.suitability import sensors

    with transaction("streets_api") as conn:
        found = sensors(conn, council, now())
    if as_json:
        typer.echo(json.dumps({"sensors": [record(one) for one in found]}, ensure_ascii=False))
        return
    words = Words("en")
    for one in found:
        counts = "counts" if one.vote else "does not count"
        why = " ".join(words(WORDS[name].seen) for name in [*one.failed, *one.cares])
        offers = f"{one.offers} offered" if one.offers else "-"
        typer.echo("\t".join((one.bin_id, one.device, words(VERDICT_WORDS[one.verdict]), counts, offers, why)))
    if not found:
        typer.echo("No sensor hangs in a bin.", err=True)
