"""`streets rejects`: what could not be understood, why and what to do about it, and another try."""

import json
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from cli.database import opened_now, transaction
from cli.moments import moment
from streets import clock

if TYPE_CHECKING:
    from ingest.refused.replay import Tried
    from streets.store.database import Connection
    from streets.store.rejects import KeptReject, RejectLine, Trouble, Wanted

app = typer.Typer()
rejects_app = typer.Typer(no_args_is_help=True, help="What could not be understood, kept with its reason.")
app.add_typer(rejects_app, name="rejects")

SPEAKERS_NAMED = 5

Reason = Annotated[str | None, typer.Option(help="Only those refused for this reason, such as unknown_device.")]
Speaker = Annotated[
    str | None, typer.Option("--device", help="Only those of this device; or of this topic, where no device is known.")
]
Source = Annotated[
    str | None, typer.Option(help="Only those of this source: tts, chirpstack, loriot, thingpark, direct, xovis, phone.")
]
Since = Annotated[
    datetime | None, typer.Option(parser=moment, help="Only those that came since then, such as 2026-11-22T09:00Z.")
]
Limit = Annotated[int, typer.Option(min=1, max=100_000, help="At most so many.")]
Skip = Annotated[int, typer.Option(min=0, help="Without the first so many.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON instead of text.")]
Key = Annotated[UUID, typer.Argument(help="As `streets rejects list` shows it.")]


@rejects_app.command("why")
def summarise(
    reason: Reason = None,
    device: Speaker = None,
    source: Source = None,
    since: Since = None,
    limit: Annotated[int, typer.Option(min=0, help="Name at most so many devices of each reason.")] = SPEAKERS_NAMED,
    as_json: AsJson = False,
) -> None:
    """What is still refused, by reason: how often, since when, of which devices, and what to do about it."""
    from api.reject_words import words_of
    from streets.store import rejects

    wanted = _wanted(reason, device, source, since)
    with transaction("streets_ingest") as conn:
        if not as_json:
            _tell_why(conn, wanted, limit)
            return
        found = rejects.troubles(conn, wanted)
    typer.echo(json.dumps([_plain(asdict(each) | words_of(each.reason)._asdict()) for each in found]))


@rejects_app.command("list")
def show_all(
    reason: Reason = None,
    device: Speaker = None,
    source: Source = None,
    since: Since = None,
    still: Annotated[bool, typer.Option("--still", help="Only those that no replay has kept yet.")] = False,
    limit: Limit = 50,
    skip: Skip = 0,
    as_json: AsJson = False,
) -> None:
    """Why messages are refused and what to do about it, as `streets rejects why` tells; then the latest of them, one a line."""
    from api.reject_words import printable
    from streets.store import rejects

    wanted = _wanted(reason, device, source, since, still)
    with transaction("streets_ingest") as conn:
        if not as_json and not skip:
            _tell_why(conn, wanted, SPEAKERS_NAMED)
            typer.echo()
        found = rejects.list_rejects(conn, wanted, limit, skip)
    if as_json:
        typer.echo(json.dumps([_said(line) for line in found]))
        return
    for line in found:
        after = f"; replayed: {line.replay_outcome}" if line.replay_outcome else ""
        typer.echo(
            f"{line.reject_key}  {line.last_seen:%Y-%m-%d %H:%M:%S}Z  {line.times}x  {line.source}"
            f" {printable(line.speaker)}  {line.reason}: {printable(line.detail)}{after}"
        )
    if len(found) == limit:
        typer.echo(f"There may be more: --skip {skip + limit}", err=True)


@rejects_app.command("show")
def show_one(reject_key: Key, as_json: AsJson = False) -> None:
    """One refused message with its bytes."""
    from api.reject_words import printable
    from streets.store import rejects

    with transaction("streets_ingest") as conn:
        found = rejects.reject(conn, reject_key)
    if found is None:
        raise _unknown([reject_key])
    said = _said(found) | _raw(found)
    if as_json:
        typer.echo(json.dumps(said))
        return
    for name, value in said.items():
        typer.echo(f"{name}: {'-' if value is None else printable(str(value))}")


@rejects_app.command("replay")
def try_again(
    reject_keys: Annotated[list[UUID] | None, typer.Argument(help="As `streets rejects list` shows them.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that no replay has kept yet.")] = False,
    reason: Reason = None,
    device: Speaker = None,
    source: Source = None,
    since: Since = None,
) -> None:
    """Send refused messages on their journey again, after the cause is mended. Exit 1 while any of them is still refused.

    Ctrl-C ends it between two chunks: what was tried until then stays as it came out, the rest is as it was.
    """
    from ingest.refused.replay import replay_wanted
    from ingest.registry import Registry

    filters = _wanted(reason, device, source, since)
    if bool(reject_keys) == (everything or any(value is not None for value in (reason, device, source, since))):
        raise typer.BadParameter("name either rejects, or --all, --reason, --device, --source or --since")
    if reject_keys:
        outcomes = _tell([_named(reject_keys)], len(reject_keys))
    else:
        with opened_now("streets_ingest") as db:
            outcomes = _tell(replay_wanted(db, Registry(), filters, clock.now()), _due(filters))
    kept = outcomes["stored"] + outcomes["duplicate"]
    typer.echo(f"{kept} of {outcomes.total()} are kept now", err=True)
    if kept < outcomes.total():
        raise typer.Exit(1)


def _tell_why(conn: "Connection", wanted: "Wanted", limit: int) -> None:
    """Each reason with its advice, and the devices that it is said of most."""
    from api.reject_words import printable, words_of
    from streets.store import rejects

    troubles = rejects.troubles(conn, wanted)
    for trouble in troubles:
        words = words_of(trouble.reason)
        typer.echo(f"{trouble.reason} ({trouble.sources}): {words.wrong}")
        typer.echo(f"  {_how_much(trouble)}, by {_counted(trouble.speakers, 'device or topic', 'devices or topics')}")
        typer.echo(f"  {words.advice}")
        for each in rejects.speakers(conn, _also(wanted, trouble), limit, 0):
            typer.echo(f"    {printable(each.speaker) or 'others, beyond the bounds of their day'}: {_how_much(each)}")
    if not troubles:
        typer.echo("No such message is refused that a replay has not kept since.", err=True)


def _named(reject_keys: list[UUID]) -> "list[Tried]":
    """These rejects, tried in one transaction."""
    from ingest.refused.replay import replay
    from ingest.registry import Registry
    from streets.store.replays import named_rejects

    with transaction("streets_ingest") as conn:
        found = named_rejects(conn, reject_keys)
        missing = set(reject_keys) - {each.reject_key for each in found}
        if missing:
            raise _unknown(sorted(missing))
        return replay(conn, Registry(), found, clock.now())


def _due(wanted: "Wanted") -> int:
    from streets.store.replays import count_to_replay

    with transaction("streets_ingest") as conn:
        return count_to_replay(conn, wanted)


def _tell(chunks: "Iterable[list[Tried]]", due: int) -> Counter[str]:
    """Say what became of each, and on a terminal how far it is; return how many came to what."""
    outcomes: Counter[str] = Counter()
    try:
        for tried in chunks:
            outcomes.update(each.outcome for each in tried)
            for each in tried:
                typer.echo(f"{each.reject.reject_key}  {each.outcome}")
            if sys.stderr.isatty():
                typer.echo(f"\r{outcomes.total():,} of {due:,} tried", nl=outcomes.total() >= due, err=True)
    except KeyboardInterrupt:
        typer.echo(f"ended by you after {outcomes.total()} of {due}; what is left can be replayed later", err=True)
        raise typer.Exit(130) from None
    return outcomes


def _wanted(reason: str | None, speaker: str | None, source: str | None, since: datetime | None, still: bool = False) -> "Wanted":
    from streets.store.rejects import Wanted

    return Wanted(reason=reason, speaker=speaker, source=source, since=since, still=still)


def _also(wanted: "Wanted", trouble: "Trouble") -> "Wanted":
    """Those wanted that have this trouble."""
    return _wanted(trouble.reason, wanted.speaker, wanted.source, wanted.since)


def _how_much(trouble: "Trouble") -> str:
    """How often, and from when to when; how many of them cannot be replayed."""
    unkept = f" (of {trouble.unkept:,} only the number is kept)" if trouble.unkept else ""
    times = f"{trouble.first_seen:%Y-%m-%d %H:%M}Z to {trouble.last_seen:%Y-%m-%d %H:%M}Z"
    return f"{_counted(trouble.messages, 'message', 'messages')}{unkept}, {times}"


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _unknown(reject_keys: list[UUID]) -> typer.Exit:
    typer.echo(f"streets: there is no reject {', '.join(map(str, reject_keys))}", err=True)
    return typer.Exit(1)


def _said(line: "RejectLine") -> dict[str, object]:
    values = asdict(line)
    values.pop("raw", None)
    return _plain(values)


def _plain(values: dict[str, object]) -> dict[str, object]:
    return {name: value if isinstance(value, int | bool | None) else str(value) for name, value in values.items()}


def _raw(found: "KeptReject") -> dict[str, str]:
    """The message as text where it is text, else as hexadecimal digits."""
    try:
        return {"raw": found.raw.decode()}
    except UnicodeDecodeError:
        return {"raw_hex": found.raw.hex()}
