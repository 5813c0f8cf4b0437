"""The threads in which a process carries out the runs of planning it took: plans one after another, frontiers beside them."""

import logging
from collections.abc import Callable
from datetime import datetime
from queue import SimpleQueue
from threading import Event, Thread
from uuid import UUID, uuid4

from streets.planning.rounds import REFUSALS
from streets.planning.runs import Order, ProcessEndsError, ask, carry_out
from streets.rounds.watch import PlanCancelledError, Progress
from streets.store.database import Connection, Database, DatabaseAway
from streets.store.planning_runs import PlanningRun

KINDS = ("plan", "frontier")

LOG = logging.getLogger(__name__)


class Planner:
    """Takes orders, and carries them out on connections of its own, so that no request lacks one while a plan is searched.

    Each kind has a lane: a crew that waits for its plan does not wait for an officer's frontier.
    """

    def __init__(self, db: Database, now: Callable[[], datetime]) -> None:
        """Open nothing yet."""
        self._db, self._now, self._name = db, now, uuid4()
        self._waiting: dict[str, SimpleQueue[PlanningRun | None]] = {kind: SimpleQueue() for kind in KINDS}
        self._ended: dict[UUID, Event] = {}
        self._stop = Event()
        self._threads = [Thread(target=self._work, args=(kind,), name=f"planner of {kind}s", daemon=True) for kind in KINDS]

    def open(self) -> None:
        """Connect, and begin to work."""
        self._db.open()
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """End what is being searched, which then counts as interrupted, and disconnect."""
        self._stop.set()
        for waiting, thread in zip(self._waiting.values(), self._threads, strict=True):
            waiting.put(None)
            thread.join()
        self._db.close()

    def keep(self, conn: Connection, order: Order, at: datetime) -> PlanningRun:
        """Keep an order; once that is committed, `begin` it. Raises BusyError while the day has a run of its kind."""
        return ask(conn, order, self._name, at)

    def begin(self, asked: PlanningRun) -> Event:
        """Carry a kept order out as soon as those before it are done; the event is set when it has ended, so or so."""
        ended = self._ended[asked.run_id] = Event()
        self._waiting[asked.kind].put(asked)
        return ended

    def _work(self, kind: str) -> None:
        while (asked := self._waiting[kind].get()) is not None:
            try:
                carry_out(self._db, asked, self._name, self._now, self._goes_on)
            except (*REFUSALS, PlanCancelledError, DatabaseAway) as error:
                LOG.info("the run %s of %s for %s ended: %s", asked.run_id, asked.council, asked.service_date, error)
            except Exception:
                LOG.exception("the run %s of %s for %s failed", asked.run_id, asked.council, asked.service_date)
            finally:
                self._ended.pop(asked.run_id).set()

    def _goes_on(self, _: Progress) -> bool:
        if self._stop.is_set():
            raise ProcessEndsError(ProcessEndsError.__doc__)
        return True
