"""Runs the clock table: every due job in transactions of its own, so that one failing job stops no other."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from threading import Event

from streets.jobs.table import Job, LongJob
from streets.store import job_runs
from streets.store.database import Database, DatabaseAway
from streets.store.job_runs import JobRun

LOG = logging.getLogger(__name__)

PAUSE_S = 1.0


def due(jobs: Iterable[Job | LongJob], begun: Mapping[str, datetime], at: datetime) -> list[Job | LongJob]:
    """The jobs that never ran, or last began their interval ago, in the order of the table."""
    return [job for job in jobs if job.name not in begun or at - begun[job.name] >= timedelta(seconds=job.every_s)]


def run(db: Database, job: Job | LongJob, now: Callable[[], datetime]) -> bool:
    """Run a job now, and note how it went. False where it failed, which is logged."""
    at = now()
    try:
        with db.transaction() as conn:
            if job_runs.claim(conn, job.name):
                # The claim lasts as long as this transaction; a long job works on other connections.
                detail = job.work(conn, at) if isinstance(job, Job) else job.work(db, at)
                job_runs.note(conn, JobRun(job.name, at, now(), True, detail))
                LOG.info("%s: %s", job.name, detail)
    except Exception as error:
        LOG.exception("%s failed", job.name)
        with db.transaction() as conn:
            job_runs.note(conn, JobRun(job.name, at, now(), False, f"{type(error).__name__}: {error}"))
        return False
    return True


def keep_running(db: Database, jobs: Sequence[Job | LongJob], now: Callable[[], datetime], stop: Event) -> None:
    """Run what is due, again and again until told to stop; a database that is away is waited for."""
    while not stop.is_set():
        try:
            with db.transaction() as conn:
                begun = job_runs.begun(conn)
            for job in due(jobs, begun, now()):
                if not stop.is_set():
                    run(db, job, now)
        except DatabaseAway as error:
            LOG.warning("%s", error)
        stop.wait(PAUSE_S)
