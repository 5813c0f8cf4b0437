"""What officers ask to try again: the pages write it down, and the ingest process does it within seconds."""

import logging
from collections.abc import Callable
from datetime import datetime
from threading import Event

from ingest.refused.replay import CHUNK, replay
from ingest.registry import Registry
from ingest.watch.logbook import say_replayed
from streets.store import replays
from streets.store.database import Connection, Database, DatabaseAway, DatabaseError
from streets.store.rejects import KeptReject, Wanted
from streets.store.replays import Place, ReplayRequest

LOOK_EVERY_S = 1.0

LOG = logging.getLogger(__name__)


def answer_requests(db: Database, now: Callable[[], datetime], stop: Event) -> None:
    """Do what is asked for, again and again until told to stop; a database that is away is waited for."""
    while not stop.is_set():
        try:
            with db.transaction() as conn:
                found = answer_next(conn, now())
        except (DatabaseAway, DatabaseError) as error:
            LOG.warning("replays wait for the database: %s", error.__cause__ or error)
            found = False
        if not found:
            stop.wait(LOOK_EVERY_S)


def answer_next(conn: Connection, at: datetime) -> bool:
    """Do the next chunk of the oldest request; False where nothing is asked for.

    Devices are looked up anew each time: a corrected registration is what most requests are about.
    """
    request = replays.next_request(conn)
    if request is None:
        return False
    rejects = _asked_for(conn, request)
    tried = replay(conn, Registry(), rejects, at)
    kept = sum(each.is_kept for each in tried)
    for each in tried:
        say_replayed(each.reject, each.outcome)
    is_last = request.reject_key is not None or len(rejects) < CHUNK
    place = Place(rejects[-1].first_seen, rejects[-1].reject_key) if rejects else None
    replays.note_progress(conn, request, len(tried), kept, place, at if is_last else None)
    of = request.council or "no council"
    LOG.info("%s of %s asked to try again: %d of %d are kept now", request.asked_by, of, kept, len(tried))
    return True


def _asked_for(conn: Connection, request: ReplayRequest) -> list[KeptReject]:
    """The next rejects of a request, none that its council's officers, or the operator, do not see."""
    if request.reject_key is not None:
        return replays.named_rejects(conn, [request.reject_key], request.council)
    place = Place(request.tried_seen, request.tried_key) if request.tried_seen and request.tried_key else None
    wanted = Wanted(reason=request.reason, speaker=request.speaker, council=request.council)
    return replays.to_replay(conn, wanted, place, CHUNK)
