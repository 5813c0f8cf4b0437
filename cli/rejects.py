"""`streets rejects`: what could not be understood, and another try."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from cli.database import transaction
from streets import clock

if TYPE_CHECKING:
    from ingest.registry import Registry
    from streets.store.rejects import KeptReject, RejectLine

app = typer.Typer()
rejects_app = typer.Typer(no_args_is_help=True, help="What could not be understood, kept with its reason.")
app.add_typer(rejects_app, name="rejects")

Reason = Annotated[str | None, typer.Option(help="Only those refused for this reason, such as unknown_device.")]
Device = Annotated[str | None, typer.Option(help="Only those of this device.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON instead of text.")]
Key = Annotated[UUID, typer.Argument(help="As `streets rejects list` shows it.")]


@rejects_app.command("list")
def show_all(
    reason: Reason = None,
    device: Device = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """The latest refused messages, one a line."""
    from streets.store import rejects

    with transaction("streets_ingest") as conn:
        found = rejects.list_rejects(conn, reason, device, limit)
    if as_json:
        typer.echo(json.dumps([_said(line) for line in found]))
        return
    for line in found:
        after = f"; replayed: {line.replay_outcome}" if line.replay_outcome else ""
        typer.echo(
            f"{line.reject_key}  {line.last_seen:%Y-%m-%d %H:%M:%S}Z  {line.times}x  {line.source} {line.device or line.topic}"
            f"  {line.reason}: {line.detail}{after}"
        )


@rejects_app.command("show")
def show_one(reject_key: Key, as_json: AsJson = False) -> None:
    """One refused message with its bytes."""
    from streets.store import rejects

    with transaction("streets_ingest") as conn:
        found = rejects.reject(conn, reject_key)
    if found is None:
        raise _unknown(reject_key)
    said = _said(found) | _raw(found)
    if as_json:
        typer.echo(json.dumps(said))
        return
    for name, value in said.items():
        typer.echo(f"{name}: {value}")


@rejects_app.command("replay")
def try_again(
    reject_keys: Annotated[list[UUID] | None, typer.Argument(help="As `streets rejects list` shows them.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that no replay has kept yet.")] = False,
    reason: Reason = None,
    device: Device = None,
) -> None:
    """Send refused messages on their journey again, after the cause is mended. Exit 1 while any of them is still refused."""
    from ingest.registry import Registry
    from ingest.replay import DONE
    from streets.store import rejects

    if bool(reject_keys) == (everything or reason is not None or device is not None):
        raise typer.BadParameter("name either rejects, or --all, --reason or --device")
    if not reject_keys:
        with transaction("streets_ingest") as conn:
            reject_keys = rejects.rejects_to_replay(conn, reason, device)
    registry = Registry()
    outcomes = [_try(registry, reject_key) for reject_key in reject_keys]
    refused = sum(outcome not in DONE for outcome in outcomes)
    typer.echo(f"{len(outcomes) - refused} of {len(outcomes)} are kept now", err=True)
    if refused:
        raise typer.Exit(1)


def _try(registry: "Registry", reject_key: UUID) -> str:
    """One reject, one transaction: a fault later in the list takes nothing back."""
    from ingest.replay import replay

    with transaction("streets_ingest") as conn:
        outcome = replay(conn, registry, reject_key, clock.now())
    if outcome is None:
        raise _unknown(reject_key)
    typer.echo(f"{reject_key}  {outcome}")
    return outcome


def _unknown(reject_key: UUID) -> typer.Exit:
    typer.echo(f"streets: there is no reject {reject_key}", err=True)
    return typer.Exit(1)


def _said(line: "RejectLine") -> dict[str, object]:
    values = asdict(line)
    values.pop("raw", None)
    return {name: value if isinstance(value, int | bool | None) else str(value) for name, value in values.items()}


def _raw(found: "KeptReject") -> dict[str, str]:
    """The message as text where it is text, else as hexadecimal digits."""
    try:
        return {"raw": found.raw.decode()}
    except UnicodeDecodeError:
        return {"raw_hex": found.raw.hex()}
