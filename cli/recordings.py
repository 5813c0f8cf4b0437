"""Recorded data read from files, and published to the broker as the devices would have told it."""

import sys
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import typer

from cli.database import transaction
from cli.drives import bumps
from simulators.asset_files import Row, write_rows
from simulators.history import Message
from simulators.publisher import Publisher, PublishingError
from simulators.recorded import shelf
from simulators.recorded.recording import Recording, RecordingError, Refusal, Window
from streets import clock
from streets.assets.kinds import Kind
from streets.assets.rows import ImportRefusedError
from streets.settings import mqtt_url_of
from streets.store import assets
from streets.store.changes import Told
from streets.store.imports import import_file

WEEK = timedelta(weeks=1)
REFUSALS_TOLD = 20
IMPORTED = (Kind.BINS, Kind.COUNTERS, Kind.INSTALLATIONS)


def tell(
    files: Iterable[Path], council: str, register: bool, first: datetime | None, last: datetime | None, at: datetime | None
) -> None:
    """Publish the recordings, moved up to `at` where it is given; ends the command in one line where that fails."""
    window = _window(first, last)
    mqtt_url = mqtt_url_of()
    try:
        recordings = [_read(path, council, window, at) for path in files]
        if register:
            _register(council, recordings)
    except (RecordingError, ImportRefusedError) as error:
        typer.echo(f"{error}\nnothing was sent", err=True)
        raise typer.Exit(1) from error
    _tell_refusals([refusal for recording in recordings for refusal in recording.refused])
    messages = [message for recording in recordings for message in _messages(recording, council)]
    told = [message for message in messages if at is None or message[2] <= at]
    if len(told) < len(messages):
        typer.echo(f"ahead of the present and not told: {len(messages) - len(told)}", err=True)
    _publish(mqtt_url, told)


def _window(first: datetime | None, last: datetime | None) -> Window:
    everything = Window()
    return Window(
        first.replace(tzinfo=UTC) if first else everything.start,
        last.replace(tzinfo=UTC) + timedelta(days=1) if last else everything.end,
    )


def _read(path: Path, council: str, window: Window, at: datetime | None) -> Recording:
    """The recording, moved where `at` says when the present is; read again for that, because a reader knows its own clock."""
    recording = shelf.read(path, council, window)
    weeks = 0 if at is None else _weeks_later(recording, at)
    return shelf.read(path, council, Window(window.start, window.end, weeks)) if weeks else recording


def _weeks_later(recording: Recording, at: datetime) -> int:
    """The fewest weeks that bring messages up to the present; for a drive, the most that leave all of it in the past."""
    if recording.messages:
        return -((recording.messages[-1][2] - at) // WEEK)
    if recording.traces:
        return (at - datetime.fromtimestamp(recording.traces[-1].time_s[-1], UTC)) // WEEK
    return 0


def _messages(recording: Recording, council: str) -> list[Message]:
    """What devices said, and what phones felt."""
    return recording.messages + [message for trace in recording.traces for message in bumps(trace, council)]


def _register(council: str, recordings: Iterable[Recording]) -> None:
    """Import the recordings' assets as `streets import` does, all or nothing. Raises ImportRefusedError."""
    rows: dict[str, dict[tuple[tuple[str, object], ...], Row]] = {}
    for recording in recordings:
        for kind, found in recording.assets.items():
            rows.setdefault(kind, {}).update((tuple(row.items()), row) for row in found)
    with transaction("streets_officer") as conn, tempfile.TemporaryDirectory() as folder:
        if not assets.has_council(conn, council):
            assets.add_council(conn, council, "Recorded data", None)
        for kind in (kind for kind in IMPORTED if kind in rows):
            file = Path(folder) / f"{kind}.csv"
            write_rows(file, kind, rows[kind].values())
            report = import_file(conn, council, kind, file.read_bytes(), Told("streets replay", clock.now()))
            typer.echo(f"{kind} registered with council {council}: {len(report.compared)}", err=True)


def _tell_refusals(refused: list[Refusal]) -> None:
    for refusal in refused[:REFUSALS_TOLD]:
        typer.echo(f"{refusal.file}, line {refusal.line}: {refusal.reason}", err=True)
    if len(refused) > REFUSALS_TOLD:
        typer.echo(f"and {len(refused) - REFUSALS_TOLD} more", err=True)
    if refused:
        typer.echo(f"rows that cannot be told: {len(refused)}", err=True)


def _publish(mqtt_url: str, messages: list[Message]) -> None:
    """Send everything and wait until the broker has confirmed it; say how far it came when that fails or is cancelled."""
    publisher = Publisher(mqtt_url)
    try:
        with publisher, typer.progressbar(messages, label=f"messages: {len(messages)}", file=sys.stderr) as coming:
            for topic, message, _ in coming:
                publisher.send(topic, message)
            publisher.settle()
    except (PublishingError, KeyboardInterrupt) as stopped:
        why = "cancelled" if isinstance(stopped, KeyboardInterrupt) else str(stopped)
        typer.echo(f"streets: {why}; the broker has confirmed {publisher.confirmed} of {len(messages)} messages", err=True)
        raise typer.Exit(1) from stopped
    typer.echo(f"confirmed by the broker: {publisher.confirmed} of {len(messages)} messages", err=True)
