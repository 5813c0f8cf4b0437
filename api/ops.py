"""For those who run it: /healthz (alive), /readyz (can serve, and what it serves is fresh), /metrics (Prometheus)."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST

from api.broker import Gateway, gateway
from api.context import ANSWERS_WITHIN_S, Now, database
from api.metrics import Requests, all_told, exposition, of_the_database, of_this_process
from api.problems import Problem
from api.readiness import Check, arrivals_check, ingest_checks, jobs_check
from api.who import anyone
from streets.store import ingest_process, job_runs, operations
from streets.store.database import DatabaseAway

router = APIRouter(tags=["operations"], dependencies=[Depends(anyone)])


def stored_checks(request: Request, at: datetime) -> list[Check]:
    """What the database says, or that it does not."""
    try:
        with database(request).transaction(ANSWERS_WITHIN_S) as conn:
            return [
                Check("database", True, "answers"),
                *ingest_checks(ingest_process.listed(conn), at),
                arrivals_check(operations.newest_uplink(conn), at),
                jobs_check(job_runs.listed(conn), at),
            ]
    except DatabaseAway:
        return [Check("database", False, "does not answer", "start it, or correct STREETS_DATABASE_URL")]


def told(check: Check) -> dict[str, object]:
    """The check as JSON tells it: what to do only where something is to be done."""
    said: dict[str, object] = {"check": check.check, "ok": check.ok, "says": check.says}
    return said if check.ok else said | {"do": check.do}


@router.get("/healthz")
def healthz() -> dict[str, str]:
    """Alive: the process answers."""
    return {"status": "alive"}


@router.get("/readyz")
def readyz(request: Request, at: Now, line: Annotated[Gateway, Depends(gateway)]) -> dict[str, object]:
    """Ready: database and broker answer, ingest keeps up, messages arrive, jobs run. Else 503, with every check in words."""
    connected = line.is_connected()
    broker = Check("broker", connected, "connected" if connected else "not connected", "start it, or correct STREETS_MQTT_URL")
    checks = [*stored_checks(request, at), broker]
    wrong = [f"{check.check}: {check.says}" for check in checks if not check.ok]
    if wrong:
        raise Problem(503, "not_ready", "; ".join(wrong), members={"checks": [told(check) for check in checks]})
    return {"status": "ready", "checks": [told(check) for check in checks]}


@router.get("/metrics", response_class=Response)
def metrics(request: Request, at: Now) -> Response:
    """Prometheus metrics of every process: ingest, jobs, this API, and of what is kept; of the API alone without a database."""
    requests: Requests = request.app.state.requests
    try:
        with database(request).transaction(ANSWERS_WITHIN_S) as conn:
            text = exposition(all_told(conn, requests, at))
    except DatabaseAway:
        text = exposition([of_the_database(False), *of_this_process(requests)])
    return Response(text, media_type=CONTENT_TYPE_LATEST)
