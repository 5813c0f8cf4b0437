"""Runs of planning: an order is kept, one process carries it out, and everybody sees how far it is and may cancel it.

A council's day has one run of a kind at a time (decision 43). While a plan is searched, no transaction is open.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from streets.clock import CLOCK as READER
from streets.planning.frontier import PRICES_PENCE, drawn
from streets.planning.pulse import Pulse
from streets.planning.rounds import Planned, day_to_plan, keep, searched
from streets.reasons import ReasonedError
from streets.rounds.watch import PlanCancelledError, Watch
from streets.store import planning_runs, rounds
from streets.store.database import Connection, Database, DatabaseAway
from streets.store.planning_runs import Failure, PlanningRun

SILENT_AFTER_S = 30
SEED = 0
UNEXPECTED = "Something went wrong that nobody foresaw; the log of the process says what."


class ProcessEndsError(PlanCancelledError):
    """The process that searched was told to end."""


class BusyError(ValueError):
    """The day is being planned already: wait for that run, or cancel it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is asked of planning; what is None is as is usual. `kind` is plan or frontier; `asked_because` is a crew's reason."""

    council: str
    service_date: date
    asked_by: str
    kind: str = "plan"
    again: bool = False
    pence_per_overflow: float | None = None
    frontier_pence: Sequence[float] = PRICES_PENCE
    budget_s: float | None = None
    asked_because: str | None = None

    @property
    def settings(self) -> dict[str, Any]:
        """As planning_run keeps them."""
        told: dict[str, Any] = {"again": self.again, "pence_per_overflow": self.pence_per_overflow, "budget_s": self.budget_s}
        told |= {"asked_because": self.asked_because} if self.asked_because else {}
        return told | ({"frontier_pence": list(self.frontier_pence)} if self.kind == "frontier" else {})


def alive_since(at: datetime) -> datetime:
    """Whose process was last heard before is taken for dead. In real time, however fast a demonstration's clock runs."""
    return at - timedelta(seconds=SILENT_AFTER_S * READER.speed)


def ask(conn: Connection, order: Order, taken_by: UUID, at: datetime) -> PlanningRun:
    """Keep an order that the process `taken_by` will carry out. Raises BusyError while the day has a run of its kind."""
    asked = PlanningRun(
        run_id=uuid4(), council=order.council, service_date=order.service_date, kind=order.kind, asked_by=order.asked_by,
        asked_at=at, settings=order.settings, state="queued", begun_at=None, share=0.0, visits=None, pence=None,
        cancel_asked_by=None, ended_at=None, message=None, reason=None, figures=None, result=None,
    )  # fmt: skip
    if not planning_runs.add(conn, asked, taken_by, alive_since(at)):
        raise BusyError(BusyError.__doc__)
    return asked


def carry_out(
    db: Database, asked: PlanningRun, taken_by: UUID, now: Callable[[], datetime], told: Watch | None = None
) -> Planned | None:
    """Carry out an order and note how it ended. The rounds in force after a plan; None of a frontier, or if cancelled before.

    `told` hears how far it is, and may say no. Raises one of REFUSALS, PlanCancelledError or DatabaseAway; each is noted, except
    where the database stays away: the run then counts as interrupted when its pulse has been silent for long enough.
    """
    with db.transaction() as conn:
        if not planning_runs.begin(conn, asked.run_id, now()):
            return None
    try:
        with Pulse(db, asked.run_id, taken_by, now) as pulse:
            return _carried_out(db, asked, now, _both(pulse.watch, told))
    except Exception as error:
        with db.transaction() as conn:
            state, failure = _how(error)
            planning_runs.end(conn, asked.run_id, state, now(), failure=failure)
        raise


def _carried_out(db: Database, asked: PlanningRun, now: Callable[[], datetime], watch: Watch) -> Planned | None:
    at, settings = now(), asked.settings
    with db.transaction() as conn:
        standing = tuple(rounds.of_day(conn, asked.council, asked.service_date))
        if asked.kind == "plan" and standing and not settings["again"]:
            planning_runs.end(conn, asked.run_id, "done", at, {"is_new": False, "version": standing[0].version})
            return Planned(standing, is_new=False)
        read = day_to_plan(conn, asked.council, asked.service_date, at, settings["pence_per_overflow"])
    budget_s = settings["budget_s"] or read.budget_s
    if asked.kind == "frontier":
        result = drawn(read, settings["frontier_pence"], budget_s, watch)
        with db.transaction() as conn:
            planning_runs.end(conn, asked.run_id, "done", now(), result)
        return None
    made = searched(read, SEED, budget_s, watch)
    with db.transaction() as conn:
        # The pulse hears once a second; the last word is asked for here.
        if not planning_runs.hold(conn, asked.run_id):
            raise PlanCancelledError
        search = {"seed": SEED, "budget_s": budget_s, "asked_because": settings.get("asked_because")}
        planned = keep(conn, read, made, asked.asked_by, search)
        result = {"is_new": True, "version": planned.rounds[0].version}
        planning_runs.end(conn, asked.run_id, "done", now(), result)
    return planned


def _both(first: Watch, second: Watch | None) -> Watch:
    return first if second is None else lambda progress: first(progress) and second(progress)


def _how(error: Exception) -> tuple[str, Failure | None]:
    """How a run ended that raised this, and what a person is told of it."""
    match error:
        case ProcessEndsError():
            return "interrupted", None
        case PlanCancelledError():
            return "cancelled", None
        case ReasonedError():
            return "failed", Failure(error.reason, error.figures, str(error))
        case DatabaseAway():
            return "failed", Failure("database_away", {}, str(error))
    return "failed", Failure("unexpected", {}, UNEXPECTED)
