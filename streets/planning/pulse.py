"""A run's pulse: every second its process says that it is at work, notes how far it is, and hears whether it is to go on.

It beats in a thread of its own: reading a large city's streets, or a solver between two questions, must not look like death.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from threading import Event, Thread
from types import TracebackType
from uuid import UUID

from streets.rounds.watch import Progress
from streets.store import planning_runs
from streets.store.database import Database, DatabaseAway

BEAT_EVERY_S = 1.0

LOG = logging.getLogger(__name__)


class Pulse:
    """The pulse of a run, for as long as it is entered. Its `watch` is for the search; a database that is away stops nothing."""

    def __init__(self, db: Database, run_id: UUID, taken_by: UUID, now: Callable[[], datetime]) -> None:
        self._db, self._run_id, self._taken_by, self._now = db, run_id, taken_by, now
        self._progress: Progress | None = None
        self._cancelled, self._over = Event(), Event()
        self._thread = Thread(target=self._beat_on, name="planning pulse", daemon=True)

    def __enter__(self) -> "Pulse":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()

    def watch(self, progress: Progress) -> bool:
        """Remember how far the search is; whether it is to go on."""
        self._progress = progress
        return not self._cancelled.is_set()

    def _beat_on(self) -> None:
        while not self._over.wait(BEAT_EVERY_S):
            try:
                with self._db.transaction(BEAT_EVERY_S) as conn:
                    planning_runs.beat(conn, self._run_id, self._taken_by, self._now())
                    share, visits, pence = _told(self._progress)
                    if not planning_runs.note(conn, self._run_id, share, visits, pence):
                        self._cancelled.set()
            except DatabaseAway as error:
                LOG.warning("how far planning is cannot be noted: %s", error)


def _told(progress: Progress | None) -> tuple[float, int | None, float | None]:
    if progress is None:
        return 0.0, None, None
    return min(1.0, progress.elapsed_s / progress.budget_s), progress.visits, progress.pence
