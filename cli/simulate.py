"""`streets simulate`: the simulated town, or a few devices of any model, as they happen, to the broker."""

import logging
import os
import sys
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated

import typer

from cli.moments import moment
from cli.stopping import run_until_told
from cli.town import town_in_database
from streets import clock, log
from streets.broker import address_of
from streets.settings import log_form_of, mqtt_url_of

if TYPE_CHECKING:
    from simulators.town import Town

app = typer.Typer()

LOG = logging.getLogger(__name__)


@app.command()
def simulate(
    starts_at: Annotated[
        datetime | None,
        typer.Option(
            parser=moment,
            help="When its life began; default: that of the town in STREETS_DATABASE_URL; with --device, a day ago.",
        ),
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(
            parser=moment,
            help="Until when it has spoken; default: when the database last heard it; with --starts-at or --device, now.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed makes the same town.")] = 1,
    device: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MODEL[:COUNT][,NETWORK][,FAULT]",
            help="In place of the town, devices of a model, as in df702:2,chirpstack,fire; may be given more than once.",
        ),
    ] = None,
    diary: Annotated[
        Path | None, typer.Option(help="Where the crews' doings are kept between runs; with STREETS_CREW_LINK only.")
    ] = None,
    files: Annotated[
        Path | None, typer.Option(help="Write into this folder the files that `streets import` takes of it, and end.")
    ] = None,
) -> None:
    """Publish a simulated town's messages as they happen, to the broker of STREETS_MQTT_URL.

    With STREETS_TOWN_SECRET every device has a login of its own, made from that secret; else all use the URL's. With
    STREETS_CREW_LINK, a link that signs a crew in, crews go the rounds that they find there, and tell of them.
    """
    log.begin("simulate", log_form_of())
    from simulators.town import write_files

    if files is not None:
        write_files(files, town_of(device, seed, starts_at)[0])
        return
    mqtt_url, town_secret, crew_link = mqtt_url_of(), os.environ.get("STREETS_TOWN_SECRET"), os.environ.get("STREETS_CREW_LINK")

    def speak(stop: Event) -> None:
        from simulators.crew_phone import CrewPhone
        from simulators.crews import Crews
        from simulators.diary import Diary
        from simulators.history import TownLife
        from simulators.live import run
        from simulators.town import Login

        town, heard_until = town_of(device, seed, starts_at)
        address = address_of(mqtt_url)
        everyone = Login(address.username or "", address.password, ("#",))
        logins = town.logins(town_secret.encode()) if town_secret else (everyone,)
        LOG.info("%s speaks", town.name)
        life = TownLife(town, since or heard_until or clock.now(), Diary(diary))
        crews = Crews(life, lambda: CrewPhone(crew_link), clock.now()) if crew_link else None
        run(life, mqtt_url, logins, clock.now, stop, crews)

    run_until_told(speak)


def town_of(device: list[str] | None, seed: int, starts_at: datetime | None) -> tuple["Town", datetime | None]:
    """The town or the fleet, and until when the database has heard it (None: not asked). Ends the process in one line."""
    from simulators.fleet import build_fleet, order_of
    from simulators.town import build_town

    if device:
        try:
            return build_fleet(seed, starts_at or clock.now() - timedelta(days=1), [order_of(words) for words in device]), None
        except ValueError as refusal:
            sys.exit(f"streets: {refusal}")
    began_at, heard_until = (starts_at, None) if starts_at else town_in_database()
    return build_town(seed, began_at), heard_until
