"""`streets busyness now`: how busy each place is, as the API answers it."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from cli.database import transaction
from streets import clock

if TYPE_CHECKING:
    from api.places import PlaceNow

app = typer.Typer()
busyness_app = typer.Typer(no_args_is_help=True, help="How busy places are, compared with what is usual there.")
app.add_typer(busyness_app, name="busyness")


@busyness_app.command("now")
def show_now(as_json: Annotated[bool, typer.Option("--json", help="JSON instead of text.")] = False) -> None:
    """Every place with its level now, one a line."""
    from api.faces import record
    from api.places import places_now

    with transaction("streets_api") as conn:
        told = places_now(conn, clock.now())
    if as_json:
        typer.echo(json.dumps([record(place) for place in told], ensure_ascii=False))
        return
    for place in told:
        typer.echo(
            f"{place.place_id}  {place.level}  {_counts(place)}  {place.counters_reporting}/{place.counters_total} counters"
        )


def _counts(place: "PlaceNow") -> str:
    if place.reason is not None or place.observed_to is None:
        return place.reason or ""
    count = f"fewer than {place.count_below}" if place.count_below else f"{place.count}"
    return f"{count} people, {place.usual_count} usual, to {place.observed_to:%Y-%m-%d %H:%M}Z"
