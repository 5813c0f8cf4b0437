"""One process each, for production: migrate, ingest, jobs, api, simulate. Each ends on SIGTERM or Ctrl-C within seconds."""

import logging
import os
import signal
import sys
from threading import Event, Thread
from typing import Annotated

import typer

from streets import clock
from streets.settings import Settings, database_url_of, settings_of
from streets.store.database import Database

app = typer.Typer()

LOGINS = {
    "STREETS_INGEST_PASSWORD": "streets_ingest",
    "STREETS_JOBS_PASSWORD": "streets_jobs",
    "STREETS_API_PASSWORD": "streets_api",
    "STREETS_BOARD_PASSWORD": "board_reader",
}
GRACE_S = 4.0


def begin_log() -> None:
    """Words of the process go to stderr, one line each, with the time."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s")


def stopped_by_signal() -> Event:
    """An event that SIGTERM and Ctrl-C set."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    return stop


def opened(settings: Settings, role: str) -> Database:
    """The database of the settings, open, in a role."""
    db = Database(settings.database_url, role)
    db.open()
    return db


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
    from ingest.consumer import Consumer

    settings = settings_of()
    db = opened(settings, "streets_ingest")
    Consumer(settings, db, client_id).run(stop)
    db.close()


@app.command()
def jobs() -> None:
    """Run the work on the clock: fills, forecasts, pothole sites, rounds, retention."""
    begin_log()
    stop = stopped_by_signal()
    from streets.jobs.clockwork import keep_running
    from streets.jobs.table import JOBS

    db = opened(settings_of(), "streets_jobs")
    worker = Thread(target=keep_running, args=(db, JOBS, clock.now, stop), daemon=True)
    worker.start()
    while worker.is_alive() and not stop.is_set():
        worker.join(0.2)
    if not stop.is_set():
        sys.exit("the jobs ended by themselves; the log says why")
    worker.join(GRACE_S)
    if worker.is_alive():
        # Its transaction goes with its connection, so the job is as if it had not begun.
        logging.getLogger(__name__).warning("a job was broken off; it begins anew next time")
        os._exit(0)
    db.close()


@app.command()
def api(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
) -> None:
    """Serve the pages and the open data."""
    import uvicorn

    from api.app import create_app

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
