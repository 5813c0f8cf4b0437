"""`streets`: data to stdout, words to stderr; exit 0 well, 1 failed, 2 usage."""

import typer

from cli import (
    assets,
    bins,
    boards,
    broker,
    decode,
    demo,
    doctor,
    footfall,
    ledger,
    potholes,
    rejects,
    replay,
    rounds,
    serve,
    token,
)

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Smart Streets.")

PARTS = (demo, serve, decode, replay, rejects, ledger, assets, rounds, bins, footfall, potholes, token, boards, broker, doctor)

for part in PARTS:
    app.add_typer(part.app)
