"""One process each, for production: migrate, ingest, jobs, api, simulate. Each ends on SIGTERM or Ctrl-C within seconds."""

import logging
import os
import signal
import sys
from datetime import datetime
from threading import Event, Thread
from typing import Annotated

import typer

from cli.database import opened
from cli.town import town_in_database
from streets import clock
from streets.applications import applications_of
from streets.broker import address_of
from streets.settings import database_url_of, mqtt_url_of, settings_of

app = typer.Typer()

LOGINS = {
    "STREETS_INGEST_PASSWORD": "streets_ingest",
    "STREETS_JOBS_PASSWORD": "streets_jobs",
    "STREETS_API_PASSWORD": "streets_api",
    "STREETS_BOARD_PASSWORD": "board_reader",
}
GRACE_S = 4.0

LOG = logging.getLogger(__name__)


def begin_log() -> None:
    """Words of the process go to stderr, one line each, with the time."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s")


def stopped_by_signal() -> Event:
    """An event that SIGTERM and Ctrl-C set."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    return stop


def moment(words: str) -> datetime:
    """A time with its zone. Raises ValueError, which the command line tells."""
    time = datetime.fromisoformat(words)
    if time.tzinfo is None:
        raise ValueError(f"{words} has no time zone: add +00:00, or Z")
    return time


@app.command()
def migrate() -> None:
    """Bring the database to the present schema, and give the roles their passwords.

    STREETS_DATABASE_URL names a user who may create roles; STREETS_INGEST_PASSWORD, STREETS_JOBS_PASSWORD,
    STREETS_API_PASSWORD and STREETS_BOARD_PASSWORD let the roles log in with them.
    """
    from streets.store.migrate import migrate as migrate_database

    passwords = {role: os.environ[name] for name, role in LOGINS.items() if os.environ.get(name)}
    for name in migrate_database(database_url_of(), passwords):
        typer.echo(name)


@app.command()
def ingest(
    client_id: Annotated[str, typer.Option(help="The broker session; the same goes on where it left off.")] = "streets-ingest",
) -> None:
    """Take messages from the broker into the database."""
    begin_log()
    stop = stopped_by_signal()
    from ingest.attendance import attended
    from ingest.consumer import Consumer

    settings, applications = settings_of(), applications_of()
    with opened(settings.database_url, "streets_ingest") as db:
        consumer = Consumer(settings, db, client_id)
        with attended(db, client_id, applications, consumer.listening, stop):
            consumer.run(stop)


@app.command()
def jobs(
    once: Annotated[bool, typer.Option("--once", help="Run each job now, whatever the clock says, and end.")] = False,
) -> None:
    """Run the work on the clock: fills, forecasts, pothole sites, rounds, retention."""
    begin_log()
    stop = stopped_by_signal()
    from streets.jobs.clockwork import keep_running, run
    from streets.jobs.table import JOBS

    if once:
        with opened(database_url_of(), "streets_jobs") as db:
            failed = [job.name for job in JOBS if not stop.is_set() and not run(db, job, clock.now)]
        if failed:
            sys.exit(f"failed: {', '.join(failed)}; the log says why")
        return
    with opened(settings_of().database_url, "streets_jobs") as db:
        worker = Thread(target=keep_running, args=(db, JOBS, clock.now, stop), daemon=True)
        worker.start()
        while worker.is_alive() and not stop.is_set():
            worker.join(0.2)
        if not stop.is_set():
            sys.exit("the jobs ended by themselves; the log says why")
        worker.join(GRACE_S)
        if worker.is_alive():
            # Its transaction goes with its connection, so the job is as if it had not begun.
            LOG.warning("a job was broken off; it begins anew next time")
            os._exit(0)


@app.command()
def simulate(
    starts_at: Annotated[
        datetime | None,
        typer.Option(parser=moment, help="When the town's life began; default: that of the town in STREETS_DATABASE_URL."),
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(
            parser=moment, help="Until when it has spoken; default: when the database last heard it, or now with --starts-at."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed makes the same town.")] = 1,
) -> None:
    """Publish a simulated town's messages as they happen, to the broker of STREETS_MQTT_URL.

    With STREETS_TOWN_SECRET every device has a login of its own, made from that secret; else all use the URL's.
    """
    begin_log()
    # It holds nothing that could be lost, so a signal ends it in the middle of whatever it does.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: sys.exit(0))
    from simulators.live import run
    from simulators.town import Login, build_town

    mqtt_url = mqtt_url_of()
    if starts_at is None:
        starts_at, heard_until = town_in_database()
        since = since or heard_until
    address, town_secret = address_of(mqtt_url), os.environ.get("STREETS_TOWN_SECRET")
    town = build_town(seed, starts_at)
    everyone = Login(address.username or "", address.password, ("#",))
    LOG.info("%s speaks", town.name)
    run(town, mqtt_url, town.logins(town_secret.encode()) if town_secret else (everyone,), clock.now, Event(), since)


@app.command()
def api(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
) -> None:
    """Serve the pages and the open data."""
    import uvicorn

    from api.app import create_app
    from streets.store.database import Database

    begin_log()
    # uvicorn takes the signals over, and hands them back to these handlers when it has answered what was under way.
    stopped_by_signal()
    settings = settings_of()
    config = uvicorn.Config(
        create_app(settings, Database(settings.database_url, "streets_api")),
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=int(GRACE_S),
    )
    server = uvicorn.Server(config)
    server.run()
    if not server.started:
        sys.exit("the API did not start; the log says why")
