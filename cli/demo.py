"""`streets demo`: the whole house with a simulated town, from nothing, in one command."""

import logging
import os
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


class Stopped(BaseException):
    """Ctrl-C, SIGTERM, or the terminal is gone: from here on only tidy up."""


def _default_folder() -> Path:
    """The user's data folder; root's own is closed to the user as whom PostgreSQL runs there."""
    home = "/var/lib" if os.geteuid() == 0 else os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local/share")
    return Path(home) / "smart-streets"


def _stop_on_signals() -> None:
    def stopped(_number: int, _frame: object) -> None:
        raise Stopped

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stopped)


def _ignore_signals() -> None:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


@app.command()
def demo(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the pages; 0: any free one.")] = 8000,
    data: Annotated[Path | None, typer.Option(help="Folder kept between runs; by default under your data folder.")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Begin anew, without what the folder keeps.")] = False,
    days: Annotated[int, typer.Option(min=1, max=366, help="Days of history.")] = 28,
    seed: Annotated[int, typer.Option(min=0, help="The same seed makes the same town.")] = 1,
    speed: Annotated[float, typer.Option(min=0.1, max=3600, help="How many times as fast as the real clock.")] = 1.0,
    for_s: Annotated[float | None, typer.Option("--for", min=0, help="Stop by itself after so many seconds.")] = None,
) -> None:
    """Run a simulated town: PostgreSQL, broker, ingest, jobs, pages. Ctrl-C ends it all."""
    from cli.embedded.house import House, Wishes

    _stop_on_signals()
    logging.basicConfig(stream=sys.stderr, format="%(relativeCreated)6.0f ms  %(message)s")
    logging.getLogger("cli").setLevel(logging.INFO)
    house = House((data or _default_folder()).resolve(), Wishes(port, fresh, days, seed, speed))
    try:
        for line in house.open():
            typer.echo(line)
        typer.echo("ready")
        sys.stdout.flush()
        house.watch(for_s)
    except Stopped:
        pass
    finally:
        _ignore_signals()
        house.close()
