"""Every few seconds an ingest process writes down how it fares: one row, which /metrics, /readyz and `streets doctor` read.

It has no port of its own to be asked at: a council scrapes one place, and a process that hangs cannot answer anyway.
"""

import logging
import time
from threading import Event

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest

from ingest.watch.figures import Figures
from streets import clock
from streets.log import SPARING
from streets.store import ingest_process
from streets.store.database import Database, DatabaseAway, DatabaseError
from streets.store.ingest_process import IngestProcess

BEAT_EVERY_S = 2.0
WRITTEN_WITHIN_S = 1.0

log = logging.getLogger(__name__)


class Heartbeat:
    """The beat of one process, named for its session with the broker."""

    def __init__(self, db: Database, process: str, figures: Figures) -> None:
        self._db = db
        self._process = process
        self._figures = figures
        self._began_at = clock.now()
        self._registry = CollectorRegistry()
        self._registry.register(figures)
        ProcessCollector(registry=self._registry)
        self._could_write = True

    def keep_beating(self, stop: Event) -> None:
        """Beat until told to stop; the database may be away meanwhile."""
        while not stop.is_set():
            self.beat()
            SPARING.tell_held_back()
            stop.wait(BEAT_EVERY_S)

    def beat(self, *, ended: bool = False) -> None:
        """Write down how the process fares; `ended`: for the last time. Where the database is away nothing is written."""
        try:
            with self._db.transaction(WRITTEN_WITHIN_S) as conn:
                ingest_process.note(conn, self._now(ended))
        except (DatabaseAway, DatabaseError) as error:
            if self._could_write:
                log.warning("the heartbeat cannot be written, so /readyz will say that ingest is silent: %s", error)
            self._could_write = False
        else:
            self._could_write = True

    def _now(self, ended: bool) -> IngestProcess:
        figures, at = self._figures, time.monotonic()
        return IngestProcess(
            process=self._process,
            began_at=self._began_at,
            noted_at=clock.now(),
            ended=ended,
            connected=figures.connected,
            in_hand=figures.in_hand,
            oldest_in_hand_s=figures.oldest_in_hand_s(at),
            turn_age_s=figures.turn_age_s(at),
            lag_s=figures.lag_s,
            caught_up_at=figures.caught_up_at,
            exposition=generate_latest(self._registry).decode(),
        )
