"""The last run of each job."""

from dataclasses import dataclass
from datetime import datetime

from streets.store.database import Connection, execute, rows, value


@dataclass(frozen=True, slots=True)
class Begun:
    """When a job last began."""

    job: str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class JobRun:
    """How the last run of a job went; `detail` is what it did, or why it failed.

    `runs` and `failures` count all runs so far; noting a run adds it, whatever they say.
    """

    job: str
    started_at: datetime
    finished_at: datetime | None
    ok: bool | None
    detail: str | None
    runs: int = 0
    failures: int = 0


def begun(conn: Connection) -> dict[str, datetime]:
    """When each job last began; a job that never ran is absent."""
    return {each.job: each.started_at for each in rows(conn, "job_runs_begun", Begun)}


def claim(conn: Connection, job: str) -> bool:
    """Claim a job until the end of the transaction. False where another process is at it."""
    return bool(value(conn, "job_claim", job=job))


def note(conn: Connection, run: JobRun) -> None:
    """Keep how a run went, in place of the run before."""
    execute(
        conn,
        "job_run_noted",
        job=run.job,
        started_at=run.started_at,
        finished_at=run.finished_at,
        ok=run.ok,
        detail=run.detail,
    )


def listed(conn: Connection) -> list[JobRun]:
    """The last run of each job."""
    return rows(conn, "job_runs_listed", JobRun)
