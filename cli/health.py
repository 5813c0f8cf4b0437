"""`streets health`: how the devices are, as the API tells officers."""

import json
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from cli.database import transaction

if TYPE_CHECKING:
    from streets.store.alarms import Alarm
    from streets.store.health import DeviceHealth

app = typer.Typer()


@app.command("health")
def show(
    council: Annotated[str, typer.Option(help="The council's code.")],
    as_json: Annotated[bool, typer.Option("--json", help="The records of /v1/alarms and /v1/health/devices.")] = False,
) -> None:
    """Alarms that go on, and devices that are silent, stuck, losing messages or running out of battery, with since when."""
    from api.health import PAST_ALARMS, told_alarm, told_device
    from api.health_words import TROUBLES, known_of
    from api.pages.words import Words
    from streets.clock import now
    from streets.store import alarms, health

    at = now()
    with transaction("streets_api") as conn:
        told = alarms.alarms(conn, council, at - PAST_ALARMS)
        devices = health.devices(conn, council, at)
    if as_json:
        found = {"alarms": [told_alarm(one) for one in told], "devices": [told_device(one) for one in devices]}
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    words = Words("en")
    for alarm in told:
        if alarm.ended_at is None:
            typer.echo("\t".join([alarm.kind, _since(alarm.raised_at), _post(alarm), _state(alarm)]))
    for device in devices:
        for trouble, since in device.since.items():
            typer.echo("\t".join([TROUBLES[trouble].wrong, _since(since), _post(device), known_of(words, device, trouble)]))
    well = sum(not one.troubles for one in devices if one.learned_at)
    typer.echo(f"{well} of {len(devices)} devices are well", err=True)


def _post(thing: "Alarm | DeviceHealth") -> str:
    return f"{thing.bin_id or thing.counter_id or '-'} {thing.stands_at or ''} ({thing.device})"


def _since(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}Z"


def _state(alarm: "Alarm") -> str:
    if alarm.late:
        return "told late"
    return f"seen by {alarm.acknowledged_by}" if alarm.acknowledged_by else "nobody has seen to it"
