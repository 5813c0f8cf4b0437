"""For those who run it: /healthz (alive), /readyz (can serve, and what it serves is fresh), /metrics (Prometheus)."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, generate_latest

from api.broker import Gateway, gateway
from api.context import ANSWERS_WITHIN_S, Conn, Now, database
from api.problems import Problem
from api.who import anyone
from streets.store import job_runs, operations, rejects
from streets.store.database import Connection, DatabaseAway

# Bins report hourly and counters more often: no frame from any device for longer is a broken line, not a calm street.
QUIET_AT_MOST = timedelta(hours=2)

JOBS_PAUSE_AT_MOST = timedelta(minutes=15)

router = APIRouter(tags=["operations"], dependencies=[Depends(anyone)])


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must be well; `says` is for a person."""

    check: str
    ok: bool
    says: str


def ingest_check(newest: datetime | None, at: datetime) -> Check:
    """Whether messages arrive. A new installation, to which nothing ever came, may serve."""
    if newest is None:
        return Check("ingest", True, "nothing has arrived yet")
    return Check("ingest", at - newest <= QUIET_AT_MOST, f"the newest message is of {newest.isoformat(timespec='seconds')}")


def jobs_check(runs: list[job_runs.JobRun], at: datetime) -> Check:
    """Whether the jobs run, and the last run of each went well. A new installation may serve."""
    if not runs:
        return Check("jobs", True, "no job has run yet")
    failed = [run.job for run in runs if run.ok is False]
    newest = max(run.started_at for run in runs)
    if failed:
        return Check("jobs", False, f"failed: {', '.join(failed)}")
    return Check("jobs", at - newest <= JOBS_PAUSE_AT_MOST, f"the newest run began at {newest.isoformat(timespec='seconds')}")


def stored_checks(request: Request, at: datetime) -> list[Check]:
    """What the database says, or that it does not."""
    try:
        with database(request).transaction(ANSWERS_WITHIN_S) as conn:
            return [
                Check("database", True, "answers"),
                ingest_check(operations.newest_uplink(conn), at),
                jobs_check(job_runs.listed(conn), at),
            ]
    except DatabaseAway:
        return [Check("database", False, "does not answer")]


@router.get("/healthz")
def healthz() -> dict[str, str]:
    """Alive: the process answers."""
    return {"status": "alive"}


@router.get("/readyz")
def readyz(request: Request, at: Now, line: Annotated[Gateway, Depends(gateway)]) -> dict[str, object]:
    """Ready: database and broker answer, messages arrive, jobs run. Else 503, with every check and what it says."""
    connected = line.is_connected()
    checks = [*stored_checks(request, at), Check("broker", connected, "connected" if connected else "not connected")]
    told = [asdict(check) for check in checks]
    if not all(check.ok for check in checks):
        raise Problem(503, "not_ready", "; ".join(f"{c.check}: {c.says}" for c in checks if not c.ok), checks=told)
    return {"status": "ready", "checks": told}


def measured(conn: Connection, at: datetime) -> CollectorRegistry:
    """The state of the journey as Prometheus metrics."""
    registry = CollectorRegistry()
    messages = Gauge("streets_messages_today", "Messages since midnight UTC", ["source", "outcome"], registry=registry)
    for arrived in operations.arrivals(conn, at.date()):
        for outcome in ("received", "stored", "duplicate", "rejected"):
            messages.labels(arrived.source, outcome).set(getattr(arrived, outcome))
    kept = Gauge("streets_rejects", "Refused messages that are kept, by reason", ["reason"], registry=registry)
    kept_bytes = Gauge("streets_rejects_bytes", "What they take of STREETS_REJECTS_MB", ["reason"], registry=registry)
    refused = Counter("streets_refused_messages", "Messages refused, whole or in part", ["reason"], registry=registry)
    unkept = Counter("streets_unkept_rejects", "Messages refused and counted without their bytes", ["reason"], registry=registry)
    for each in rejects.by_reason(conn):
        kept.labels(each.reason).set(each.kept)
        kept_bytes.labels(each.reason).set(each.kept_bytes)
        refused.labels(each.reason).inc(each.refused)
        unkept.labels(each.reason).inc(each.unkept)
    newest = operations.newest_uplink(conn)
    if newest is not None:
        age = Gauge("streets_newest_uplink_age_seconds", "Age of the newest uplink", registry=registry)
        age.set((at - newest).total_seconds())
    started = Gauge("streets_job_started_timestamp_seconds", "When the last run of a job began", ["job"], registry=registry)
    ok = Gauge("streets_job_ok", "Whether the last run of a job went well", ["job"], registry=registry)
    for run in job_runs.listed(conn):
        started.labels(run.job).set(run.started_at.timestamp())
        ok.labels(run.job).set(run.ok is True)
    return registry


@router.get("/metrics", response_class=Response)
def metrics(conn: Conn, at: Now) -> Response:
    """Prometheus metrics: messages and their outcomes, rejects by reason, age of the newest uplink, job runs."""
    return Response(generate_latest(measured(conn, at)), media_type=CONTENT_TYPE_LATEST)
