"""Planning in the background: what was asked, how far it is, how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from streets.store.database import Connection, execute, row, rows, value


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a run did not end well: a code with figures, and the same in English."""

    reason: str
    figures: Mapping[str, Any]
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanningRun:
    """A run as it stands; the columns of `planning_run`. `state`: queued, running, done, failed, cancelled or interrupted."""

    run_id: UUID
    council: str
    service_date: date
    kind: str
    asked_by: str
    asked_at: datetime
    settings: dict[str, Any]
    state: str
    begun_at: datetime | None
    share: float
    visits: int | None
    pence: float | None
    cancel_asked_by: str | None
    ended_at: datetime | None
    message: str | None
    reason: str | None
    figures: dict[str, Any] | None
    result: dict[str, Any] | None

    @property
    def at_work(self) -> bool:
        """Whether it waits or runs."""
        return self.state in ("queued", "running")


def run(conn: Connection, council: str, run_id: UUID, alive_since: datetime) -> PlanningRun | None:
    """A run of a council; whose process was last heard before `alive_since` counts as interrupted."""
    return row(conn, "planning_run", PlanningRun, council=council, run_id=run_id, alive_since=alive_since)


def of_days(conn: Connection, council: str, from_date: date, until_date: date, alive_since: datetime) -> list[PlanningRun]:
    """The runs for the days from one to another, both included, the newest first."""
    return rows(
        conn, "planning_runs", PlanningRun, council=council, from_date=from_date, until_date=until_date, alive_since=alive_since
    )


def add(conn: Connection, asked: PlanningRun, taken_by: UUID, alive_since: datetime) -> bool:
    """Keep what is asked; False where a run of its kind for the same council and day is at work."""
    execute(conn, "end_silent_planning_runs", council=asked.council, alive_since=alive_since, at=asked.asked_at)
    values = {name: getattr(asked, name) for name in ("run_id", "council", "service_date", "kind", "asked_by")}
    settings = Jsonb(asked.settings)
    return execute(conn, "add_planning_run", **values, at=asked.asked_at, settings=settings, taken_by=taken_by) > 0


def begin(conn: Connection, run_id: UUID, at: datetime) -> bool:
    """Begin a run that waits; False where it was cancelled meanwhile."""
    return execute(conn, "begin_planning_run", run_id=run_id, at=at) > 0


def beat(conn: Connection, run_id: UUID, taken_by: UUID, at: datetime) -> None:
    """Say that a process is at work: for the run that it carries out, and for those that wait for it."""
    execute(conn, "beat_of_planning", run_id=run_id, taken_by=taken_by, at=at)


def note(conn: Connection, run_id: UUID, share: float, visits: int | None, pence: float | None) -> bool:
    """Note how far a run is; whether it is to go on."""
    return bool(value(conn, "note_planning_run", run_id=run_id, share=share, visits=visits, pence=pence))


def hold(conn: Connection, run_id: UUID) -> bool:
    """Hold a run until the transaction ends: who cancels it meanwhile comes too late. Whether it is to go on."""
    return bool(value(conn, "hold_planning_run", run_id=run_id))


def cancel(conn: Connection, council: str, run_id: UUID, by: str, at: datetime) -> bool:
    """Cancel a run at once; False where the council has none such at work."""
    return execute(conn, "cancel_planning_run", council=council, run_id=run_id, by=by, at=at) > 0


def end(
    conn: Connection,
    run_id: UUID,
    state: str,
    at: datetime,
    result: Mapping[str, Any] | None = None,
    failure: Failure | None = None,
) -> None:
    """A run has ended: with a result, cancelled or interrupted, or with why it failed."""
    told: dict[str, Any] = dict.fromkeys(("message", "reason", "figures"))
    if failure is not None:
        told = {"message": failure.message, "reason": failure.reason, "figures": Jsonb(dict(failure.figures))}
    kept = None if result is None else Jsonb(dict(result))
    execute(conn, "end_planning_run", run_id=run_id, state=state, at=at, result=kept, **told)


def forget_failed(conn: Connection, council: str, service_date: date, asked_by: str) -> None:
    """Forget what somebody asked for a day in vain, before it is asked again."""
    execute(conn, "forget_failed_planning_runs", council=council, service_date=service_date, asked_by=asked_by)
