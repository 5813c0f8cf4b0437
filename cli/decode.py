"""`streets decode`, `unwrap` and `models`: what a frame, a network's message and a device file say, without any server."""

import json
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from cli.device_table import page
from ingest.envelopes import unwrap as unwrapped
from ingest.uplink import EnvelopeError, Uplink
from sensors import codec
from sensors.readings import DecodeError, told
from streets import clock

app = typer.Typer()


@app.command()
def decode(
    frame: Annotated[str, typer.Argument(metavar="HEX", help="The frame in hexadecimal; for models that speak JSON, the JSON.")],
    model: Annotated[str, typer.Option(help="Registered model, see `streets models`.")],
    port: Annotated[int | None, typer.Option(help="LoRaWAN port of the frame.")] = None,
) -> None:
    """What one frame of a device says, as JSON."""
    try:
        decoded = codec.decode(model, _frame_bytes(frame), port)
    except DecodeError as refusal:
        _fail(str(refusal))
    if decoded.refused:
        typer.echo(decoded.refused, err=True)
    readings = [told(reading) for reading in decoded.readings]
    about = {"about": dict(decoded.about)} if decoded.about else {}
    typer.echo(json.dumps({"model": model, "readings": readings, **about, "refused": decoded.refused}, indent=2))


@app.command()
def unwrap(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="The message; - reads it from standard input.")],
    topic: Annotated[str, typer.Option(help="The topic that it came on.")],
) -> None:
    """What a network server's message holds, as a JSON list of uplinks."""
    try:
        message = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        uplinks = unwrapped(topic, message, clock.now())
    except OSError as unreadable:
        _fail(f"{file} cannot be read: {unreadable.strerror}.")
    except EnvelopeError as refusal:
        _fail(f"{refusal.reason}: {refusal}")
    typer.echo(json.dumps([_told(uplink) for uplink in uplinks], indent=2))


@app.command()
def models(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="As the table of docs/devices.md.")] = False,
) -> None:
    """The supported devices, what each measures, and what its installation record needs."""
    if as_markdown:
        typer.echo(page(), nl=False)
        return
    known = codec.models().values()
    if as_json:
        listed = [{"model": device.model, "measures": device.measures, "needs": device.needs} for device in known]
        typer.echo(json.dumps(listed, indent=2))
        return
    for device in known:
        typer.echo(f"{device.model}\n  measures {', '.join(device.measures)}\n  needs    {', '.join(device.needs) or 'nothing'}")


def _frame_bytes(frame: str) -> bytes:
    if frame.lstrip().startswith("{"):
        return frame.encode()
    try:
        return bytes.fromhex(frame)
    except ValueError:
        _fail(f"{frame[:40]!r} is neither hexadecimal nor a JSON object.")


def _told(uplink: Uplink) -> dict[str, object]:
    return {
        "source": uplink.source,
        "kind": uplink.kind,
        "device": uplink.device,
        "council": uplink.council,
        "model": uplink.model,
        "session": uplink.session,
        "f_cnt": uplink.f_cnt,
        "f_port": uplink.f_port,
        "payload": uplink.payload.hex(),
        "observed_at": uplink.observed_at.isoformat(),
        "time_source": uplink.time_source,
        "note": uplink.note,
    }


def _fail(words: str) -> NoReturn:
    typer.echo(words, err=True)
    raise typer.Exit(1)
