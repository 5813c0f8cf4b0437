"""Whether ingest listens is watched and noted: where it did not, messages that no broker kept for it are missing.

A network server that publishes with QoS 0, or posts to us, has sent into the void meanwhile. So every interruption becomes a gap
of each application of The Things Stack, and is filled from its store.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event, Thread

from ingest.gaps.backfill import fill, stores_by_council
from ingest.registry import Registry
from streets import clock
from streets.applications import Application
from streets.store import gaps
from streets.store.database import Database, DatabaseAway, DatabaseError

LOOK_EVERY_S = 1.0
NOTE_EVERY = timedelta(seconds=5)
# Shorter interruptions are seen in the frame counters of what was lost in them.
INTERRUPTED_FROM = timedelta(seconds=5)
FILL_EVERY_S = 5.0
GRACE_S = 0.75

log = logging.getLogger(__name__)


@contextmanager
def attended(db: Database, client_id: str, applications: Sequence[Application], listening: Event, stop: Event) -> Iterator[None]:
    """While the block runs, note when the session listens, and fill gaps; `stop` is set at its end.

    Without applications there is nothing to do.
    """
    work = (
        Thread(target=attend, args=(db, client_id, applications, listening, stop), daemon=True),
        Thread(target=keep_filling, args=(db, applications, stop), daemon=True),
    )
    begun = work if applications else ()
    for thread in begun:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in begun:
            # An answer under way may keep it longer. It is left to itself: what it took is kept, and the gap stays open.
            thread.join(GRACE_S)


def attend(db: Database, client_id: str, applications: Sequence[Application], listening: Event, stop: Event) -> None:
    """Until `stop` is set, note until when the session listens, and every interruption, the one before this process too."""
    last: datetime | None = None
    noted: datetime | None = None
    while not stop.wait(LOOK_EVERY_S):
        if not listening.is_set():
            continue
        at = clock.now()
        try:
            if noted is None:
                with db.transaction() as conn:
                    last = noted = gaps.watched_until(conn, gaps.listening(client_id))
            away_since = last if last is not None and at - last >= INTERRUPTED_FROM else None
            if noted is None or away_since or at - noted >= NOTE_EVERY:
                _note(db, client_id, applications, away_since, at)
                noted = at
            last = at
        except (DatabaseAway, DatabaseError) as error:
            log.warning("it cannot be noted that ingest listens: %s", error)


def _note(db: Database, client_id: str, applications: Sequence[Application], away_since: datetime | None, at: datetime) -> None:
    with db.transaction() as conn:
        gaps.watch(conn, gaps.listening(client_id), at)
        if away_since is None:
            return
        for application in applications:
            about = {"application": application.name, "since": away_since.isoformat(), "until": at.isoformat()}
            log.warning("nobody listened for a while; the store is asked for what was sent", extra=about)
            if not gaps.add_outage(conn, application.council, application.name, away_since, at):
                log.error("there is no council %r: correct STREETS_APPLICATIONS_FILE", application.council, extra=about)


def keep_filling(db: Database, applications: Sequence[Application], stop: Event) -> None:
    """Ask every application's store for the gaps whose time has come, again and again until `stop` is set."""
    registry = Registry()
    councils = stores_by_council(applications)
    while not stop.is_set():
        for stores in councils:
            try:
                fill(db, registry, stores, clock.now(), stop)
            except (DatabaseAway, DatabaseError) as error:
                log.warning("gaps wait for the database: %s", error)
            except Exception:
                # Its gaps stay claimed, and so are asked for again in a while.
                log.exception("the stores of %s could not be asked", stores[0].application.council)
        stop.wait(FILL_EVERY_S)
