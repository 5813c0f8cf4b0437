"""`streets decode-again`: kept frames read by the decoder of now, after it was mended."""

import sys
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from cli.database import opened_now
from cli.moments import moment

if TYPE_CHECKING:
    from streets.store.database import Database

app = typer.Typer()


class _Trial(Exception):
    """Takes back what a trial wrote."""


@app.command("decode-again")
def decode_again(
    device: Annotated[str | None, typer.Option(help="The device, by its registered name.")] = None,
    model: Annotated[str | None, typer.Option(help="All devices of this registered model.")] = None,
    since: Annotated[
        datetime | None, typer.Option(parser=moment, help="Only frames received since then; default: all that are kept.")
    ] = None,
    trial: Annotated[bool, typer.Option("--trial", help="Say what would change, and change nothing.")] = False,
) -> None:
    """Decode kept frames again after a decoder was mended, and replace their readings; one line for each device.

    What is derived from changed readings is worked out again by the jobs. Ctrl-C ends it between two chunks of a device's
    frames; running it again goes over all of them, and changes only what is not yet right.
    """
    from streets.store.raw_frames import devices_with_frames

    if (device is None) == (model is None):
        raise typer.BadParameter("name either --device or --model")
    total: Counter[str] = Counter()
    with opened_now("streets_mender") as db:
        with db.transaction() as conn:
            devices = devices_with_frames(conn, device, model)
        if not devices:
            typer.echo(f"streets: no frames are kept of a registered {device or model}", err=True)
            raise typer.Exit(1)
        try:
            for number, name in enumerate(devices, 1):
                total += _recode(db, name, since, trial)
                if sys.stderr.isatty():
                    typer.echo(f"\r{number:,} of {len(devices):,} devices", nl=number == len(devices), err=True)
        except KeyboardInterrupt:
            typer.echo("ended by you; the rest is as it was", err=True)
            raise typer.Exit(130) from None
    would = "would be " if trial else ""
    typer.echo(
        f"{total['frames']:,} frames: {total['removed']:,} readings {would}removed, {total['added']:,} {would}added", err=True
    )


def _recode(db: "Database", device: str, since: datetime | None, trial: bool) -> Counter[str]:
    """Decode a device's frames, each chunk in a transaction of its own; say what came of it."""
    from ingest.refused.recoding import recode
    from ingest.registry import Registry

    came: Counter[str] = Counter()
    after: datetime | None = None
    registry = Registry()
    while True:
        try:
            with db.transaction() as conn:
                registry.learn(conn, [device])
                post = registry.find(device)
                recoded = recode(conn, device, post, since, after) if post else None
                if recoded is None:
                    break
                after = recoded.last
                came.update(frames=recoded.frames, removed=recoded.removed, added=recoded.added, mute=recoded.mute)
                if trial:
                    raise _Trial
        except _Trial:
            continue
    would = "would be " if trial else ""
    typer.echo(
        f"{device}: {came['frames']:,} frames, {came['removed']:,} readings {would}removed, {came['added']:,} {would}added;"
        f" {came['mute']:,} frames say nothing that can be kept"
    )
    return came
