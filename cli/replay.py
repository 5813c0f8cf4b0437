"""`streets replay`: recorded data published to the broker, as the devices would have."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from streets import clock

app = typer.Typer()

DAY = ["%Y-%m-%d"]


@app.command()
def replay(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Recorded data; what it is shows by its columns.")],
    council: Annotated[str, typer.Option(metavar="CODE", help="Whose devices these shall be.")] = "recorded",
    register: Annotated[
        bool, typer.Option("--register", help="Add the council and the recorded bins, counters and devices first.")
    ] = False,
    first: Annotated[datetime | None, typer.Option("--from", formats=DAY, help="The first day told (UTC).")] = None,
    last: Annotated[datetime | None, typer.Option("--to", formats=DAY, help="The last day told (UTC).")] = None,
    now: Annotated[
        bool, typer.Option("--now", help="Move by whole weeks, so that it reaches the present; what is ahead is not told.")
    ] = False,
) -> None:
    """Publish recorded data to the broker of STREETS_MQTT_URL as the devices would have, each message confirmed.

    Drives are told as impacts, found as a phone finds them, and never as traces. What networks have signed (uplinks) is told
    as it was, when it was: neither dates nor --now change it. --register writes to the database of STREETS_DATABASE_URL.
    The broker's user must be one that may publish for every device: brokers confirm what their rules forbid, and drop it.
    """
    from cli.recordings import tell
    from streets.store import assets

    if not assets.COUNCIL_CODE.fullmatch(council):
        raise typer.BadParameter(f"{council!r} is not made of a-z, 0-9 and -", param_hint="--council")
    tell(files, council, register, first, last, clock.now() if now else None)
