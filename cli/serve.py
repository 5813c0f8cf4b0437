"""One process each, for production: migrate, ingest, poll, jobs, api, simulate. Each ends on SIGTERM or Ctrl-C within seconds."""

import gc
import logging
import os
import sys
from threading import Event, Thread
from typing import Annotated

import typer

from cli.database import opened
from cli.stopping import run_until_told
from streets import clock, log
from streets.applications import applications_of
from streets.clouds import accounts_of
from streets.settings import database_url_of, log_form_of, settings_of

app = typer.Typer()

LOGINS = {
    "STREETS_INGEST_PASSWORD": "streets_ingest",
    "STREETS_JOBS_PASSWORD": "streets_jobs",
    "STREETS_API_PASSWORD": "streets_api",
    "STREETS_BOARD_PASSWORD": "board_reader",
}
# Less than a process has before it is broken off.
ANSWERS_WITHIN_S = 2

LOG = logging.getLogger(__name__)


@app.command()
def migrate() -> None:
    """Bring the database to the present schema, and give the roles their passwords.

    STREETS_DATABASE_URL names a user who may create roles; STREETS_INGEST_PASSWORD, STREETS_JOBS_PASSWORD,
    STREETS_API_PASSWORD and STREETS_BOARD_PASSWORD let the roles log in with them.
    """
    from streets.store.migrate import migrate as migrate_database

    log.begin("migrate", log_form_of())
    passwords = {role: os.environ[name] for name, role in LOGINS.items() if os.environ.get(name)}
    applied = migrate_database(database_url_of(), passwords)
    LOG.info("the database has the present schema", extra={"applied": len(applied)})
    for name in applied:
        typer.echo(name)


@app.command()
def ingest(
    client_id: Annotated[
        str | None,
        typer.Option(
            help="The broker session, which goes on where it left off; default: STREETS_INGEST_CLIENT_ID, or streets-ingest."
        ),
    ] = None,
) -> None:
    """Take messages from the broker into the database."""
    log.begin("ingest", log_form_of())
    from ingest.broker.consumer import Consumer
    from ingest.broker.subscription import subscription_of
    from ingest.gaps.attendance import attended
    from ingest.refused.requested import answer_requests
    from ingest.watch.heartbeat import Heartbeat

    settings, applications, subscription = settings_of(), applications_of(), subscription_of(client_id)
    # A batch makes thousands of objects and lets all of them go: looking for rings among them takes a third of the time.
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    # The writer's thread speaks with the database in ten short turns a batch: it must not wait 5 ms for each behind the reader's.
    sys.setswitchinterval(0.0005)

    def take(stop: Event) -> None:
        with opened(settings.database_url, "streets_ingest") as db:
            consumer = Consumer(settings, db, subscription)
            heartbeat = Heartbeat(db, subscription.client_id, consumer.figures)
            beating = Thread(target=heartbeat.keep_beating, args=(stop,), daemon=True)
            replaying = Thread(target=answer_requests, args=(db, clock.now, stop), daemon=True)
            for thread in (beating, replaying):
                thread.start()
            try:
                with attended(db, subscription.client_id, applications, consumer.listening, stop):
                    consumer.run(stop)
            finally:
                stop.set()
                for thread in (beating, replaying):
                    thread.join()
                heartbeat.beat(ended=True)

    run_until_told(take)


@app.command()
def poll(
    once: Annotated[
        bool, typer.Option("--once", help="Ask each account once, say what came, and end; exit 1 if one did not.")
    ] = False,
) -> None:
    """Ask the clouds of counters that STREETS_CLOUDS_FILE names what they counted."""
    log.begin("poll", log_form_of())
    from ingest.clouds.polling import ask, clouds_of, polled

    accounts, database_url = accounts_of(), database_url_of()
    asked = clouds_of(accounts)
    failed: list[str] = []

    def work(stop: Event) -> None:
        with opened(database_url, "streets_ingest") as db:
            if once:
                failed.extend(account.name for account, cloud in asked if ask(db, account, cloud, stop).fault is not None)
                return
            with polled(db, accounts, stop):
                stop.wait()

    if not accounts:
        LOG.info("STREETS_CLOUDS_FILE names no account: nothing to ask")
    run_until_told(work)
    if failed:
        sys.exit(f"not answered: {', '.join(failed)}; the log says why")


@app.command()
def jobs(
    once: Annotated[bool, typer.Option("--once", help="Run each job now, whatever the clock says, and end.")] = False,
) -> None:
    """Run the work on the clock: fills, counts, how devices are, pothole sites, rounds, savings, retention."""
    log.begin("jobs", log_form_of())
    from streets.jobs.clockwork import keep_running, run
    from streets.jobs.table import JOBS

    failed: list[str] = []

    def work(stop: Event) -> None:
        with opened(database_url, "streets_jobs") as db:
            if once:
                failed.extend(job.name for job in JOBS if not stop.is_set() and not run(db, job, clock.now))
            else:
                keep_running(db, JOBS, clock.now, stop)

    database_url = database_url_of() if once else settings_of().database_url
    run_until_told(work)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}; the log says why")


@app.command()
def api(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
) -> None:
    """Serve the pages and the open data."""
    import uvicorn

    from api.app import create_app
    from streets.store.database import Database

    log.begin("api", log_form_of())
    settings = settings_of()
    config = uvicorn.Config(
        create_app(settings, Database(settings.database_url, "streets_api")),
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=ANSWERS_WITHIN_S,
    )
    server = uvicorn.Server(config)

    def end() -> None:
        server.should_exit = True

    run_until_told(lambda _: server.run(), on_stop=end)
    if not server.started:
        sys.exit("the API did not start; the log says why")
