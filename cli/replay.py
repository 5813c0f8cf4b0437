"""`streets replay`: recorded data goes to the broker as the devices would have sent it."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated
from urllib.parse import unquote, urlsplit

import typer

from streets import clock

if TYPE_CHECKING:
    from simulators.history import Message
    from simulators.recorded.recording import Recording, Window

app = typer.Typer()

COUNCIL = "recorded"
REGISTERED_IN_ORDER = ("bins", "counters", "installations")
IN_FLIGHT = 500
CONFIRMED_WITHIN_S = 30.0
WEEK = timedelta(weeks=1)


@app.command()
def replay(
    files: Annotated[list[Path], typer.Argument(help="Recordings: counts, fills, emptyings, drives, network servers' messages.")],
    council: Annotated[str, typer.Option(help="Whose devices they are taken to be.")] = COUNCIL,
    register: Annotated[bool, typer.Option("--register", help="First register the recorded devices, and the council.")] = False,
    first_day: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="From this day on.")] = None,
    end_day: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Before this day.")] = None,
    is_now: Annotated[bool, typer.Option("--now", help="Move by whole weeks, so that the latest week is this one.")] = False,
) -> None:
    """Publish recorded data to the broker of STREETS_MQTT_URL, as devices would; days are UTC days of the recording.

    With --now, what would lie in the future is not sent. --register needs STREETS_DATABASE_URL.
    """
    from simulators.recorded.recording import RecordingError, Window
    from simulators.recorded.shelf import read

    window = Window()
    if first_day:
        window = replace(window, start=first_day.replace(tzinfo=UTC))
    if end_day:
        window = replace(window, end=end_day.replace(tzinfo=UTC))
    now = clock.now()
    for file in files:
        try:
            told_as = moved(window, said(read(file, council, window), council), now) if is_now else window
            recording = read(file, council, told_as)
        except RecordingError as error:
            typer.echo(f"streets: {error}", err=True)
            raise typer.Exit(1) from error
        if register:
            _register(recording, council, now)
        due = [message for message in said(recording, council) if message[2] <= now]
        _publish(due)
        for refusal in recording.refused:
            typer.echo(f"{refusal.file}:{refusal.line}: {refusal.reason}", err=True)
        typer.echo(f"{file.name}: {len(due)} messages sent, {len(recording.refused)} rows refused", err=True)


def said(recording: "Recording", council: str) -> "list[Message]":
    """Everything that is sent of a recording, in order: its messages, and the impacts of its drives."""
    from cli.drives import bumps

    felt = [message for trace in recording.traces for message in bumps(trace, council)]
    return sorted([*recording.messages, *felt], key=lambda message: message[2])


def moved(window: "Window", messages: "Sequence[Message]", now: datetime) -> "Window":
    """The window moved by whole weeks, so that the latest message falls into the week of `now`."""
    if not messages:
        return window
    latest = max(at for _, _, at in messages)
    return replace(window, weeks_later=(_monday(now) - _monday(latest)) // WEEK)


def _monday(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=at.astimezone(UTC).weekday())


def _register(recording: "Recording", council: str, now: datetime) -> None:
    """Import the recorded devices, and what they stand on, as a council would."""
    from cli.assets import Kind, import_file
    from cli.database import transaction
    from simulators.asset_files import write_rows
    from streets.store.assets import add_council, has_council

    with transaction("streets_officer") as conn, TemporaryDirectory() as folder:
        if not has_council(conn, council):
            add_council(conn, council, council.capitalize(), None)
        for kind in REGISTERED_IN_ORDER:
            if rows := recording.assets.get(kind):
                path = Path(folder) / f"{kind}.csv"
                write_rows(path, kind, rows)
                import_file(conn, Kind(kind), council, path.read_bytes(), now)


def _publish(messages: "Sequence[Message]") -> None:
    """Publish with QoS 1; return when the broker has everything. Raises ConnectionError where it has not."""
    from paho.mqtt.client import Client
    from paho.mqtt.enums import CallbackAPIVersion

    from streets.settings import mqtt_url_of

    address = urlsplit(mqtt_url_of())
    client = Client(CallbackAPIVersion.VERSION2, f"streets-replay-{secrets.token_hex(4)}")
    client.max_inflight_messages_set(IN_FLIGHT)
    client.username_pw_set(unquote(address.username or ""), unquote(address.password or ""))
    if address.scheme == "mqtts":
        client.tls_set()
    client.connect(address.hostname or "localhost", address.port or 1883)
    client.loop_start()
    try:
        for sent in [client.publish(topic, message, qos=1) for topic, message, _ in messages]:
            sent.wait_for_publish(CONFIRMED_WITHIN_S)
            if not sent.is_published():
                raise ConnectionError(f"the broker at {address.hostname} did not confirm what was sent: may this user publish?")
    finally:
        client.disconnect()
        client.loop_stop()
