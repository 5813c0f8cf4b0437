"""The writer: keeps one batch after the other in a thread of its own, so that the broker is read while the database works.

One batch at a time and in order: two transactions at once would wait for each other's rows. What the database is not there for
waits with the writer, which tries again until it is kept, or ingest is stopped.
"""

import logging
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Event, Thread

from ingest.broker.hand import Batch
from ingest.tally import Tally
from streets.store.database import DatabaseAway, DatabaseError

FIRST_WAIT_S = 0.2
LONGEST_WAIT_S = 5.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a batch, and the seconds its last try took. `tally` None: ingest was stopped before it could be kept."""

    batch: Batch
    tally: Tally | None
    commit_s: float


class Writer:
    """A thread that keeps batches. `bell` can be read when one is done."""

    def __init__(self, keep: Callable[[Batch], Tally], waited: Callable[[], None], stop: Event) -> None:
        """`keep` raises DatabaseAway or DatabaseError where it may succeed later; `waited` is called each time it did."""
        self.bell, self._ringing = socket.socketpair()
        self.bell.setblocking(False)
        self._keep = keep
        self._waited = waited
        self._stop = stop
        self._given: SimpleQueue[Batch | None] = SimpleQueue()
        self._done: SimpleQueue[Written | BaseException] = SimpleQueue()
        self._dropped = Event()
        self.busy = False
        Thread(target=self._work, name="writer", daemon=True).start()

    def give(self, batch: Batch) -> None:
        """Keep this batch; not to be called while one is being kept."""
        self.busy = True
        self._dropped.clear()
        self._given.put(batch)

    def forget(self) -> None:
        """Of the present batch, should it have to wait, keep only what the broker will not hand over again."""
        self._dropped.set()

    def written(self) -> Written | None:
        """The batch that is done, once; None: there is none. Raises what no waiting would mend."""
        if not self._rung():
            return None
        # It may be on its way still: to wait for it lets the writer's thread run, to come back and ask would not.
        done = self._done.get()
        self.busy = False
        if isinstance(done, BaseException):
            raise done
        return done

    def end(self) -> None:
        """Let the thread go when it has done its work."""
        self._given.put(None)

    def _rung(self) -> bool:
        """Whether the bell was rung; if so it is silent again."""
        try:
            return self.busy and bool(self.bell.recv(1))
        except BlockingIOError:
            return False

    def _work(self) -> None:
        while (batch := self._given.get()) is not None:
            try:
                done: Written | BaseException = self._written(batch)
            except BaseException as fault:  # noqa: BLE001 told by the thread that waits
                done = fault
            self._ringing.send(b"\0")
            self._done.put(done)

    def _written(self, batch: Batch) -> Written:
        wait_s, offered = FIRST_WAIT_S, batch
        while True:
            began = time.monotonic()
            try:
                written = Written(batch, self._keep(offered), time.monotonic() - began)
                if wait_s > FIRST_WAIT_S:
                    log.info("the database takes messages again")
                return written
            except (DatabaseAway, DatabaseError) as error:
                self._waited()
                log.warning("messages that wait for the database: %d; %s", len(offered.messages), error.__cause__ or error)
                if self._stop.wait(wait_s):
                    return Written(batch, None, time.monotonic() - began)
                wait_s = min(2 * wait_s, LONGEST_WAIT_S)
                if self._dropped.is_set():
                    offered = batch.without_copies()
