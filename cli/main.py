"""`streets`: data to stdout, words to stderr; exit 0 well, 1 failed, 2 usage."""

import sys
from typing import Any

import typer
from typer.core import TyperGroup

from cli import (
    assets,
    audit,
    bins,
    boards,
    broker,
    decode,
    decode_again,
    demo,
    doctor,
    footfall,
    gaps,
    health,
    ledger,
    potholes,
    rejects,
    replay,
    rounds,
    savings,
    serve,
    simulate,
    suitability,
    token,
    town,
    transparency,
)
from cli.embedded.child import EmbeddedError
from streets.settings import SettingsError

# OSError: a server that is away, a file or folder that cannot be written.
ONE_LINE = (SettingsError, EmbeddedError, OSError)


class Commands(TyperGroup):
    """What goes wrong outside the program is told in one line, without a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # Whoever read has read enough, as `head` does: no word is needed.
            raise
        except ONE_LINE as error:
            typer.echo(f"streets: {error}", err=True)
            sys.exit(1)


app = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Smart Streets.")

PARTS = (
    demo,
    serve,
    simulate,
    decode,
    decode_again,
    replay,
    rejects,
    ledger,
    gaps,
    health,
    audit,
    assets,
    rounds,
    savings,
    bins,
    footfall,
    suitability,
    potholes,
    transparency,
    token,
    town,
    boards,
    broker,
    doctor,
)

for part in PARTS:
    app.add_typer(part.app)
