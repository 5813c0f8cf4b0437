"""What a network's store has of a stretch of time takes the journey that it would have taken live.

Copies land on the same identity, so what is known already is a duplicate, in whichever order and by whichever way it comes.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Event

from ingest.batch import keep, keep_messages
from ingest.gaps.stored import Stored
from ingest.gaps.things_stack_storage import Storage, StorageAway, StorageRefused
from ingest.outcome import Message, Refused
from ingest.registry import Registry
from ingest.tally import Tally
from ingest.uplink import Reject
from streets import clock
from streets.store.database import Database

BATCH = 500

log = logging.getLogger(__name__)

Wanted = Callable[[Stored], bool]


def everything(_stored: Stored) -> bool:
    """Every uplink is wanted."""
    return True


@dataclass(frozen=True, slots=True)
class Filling:
    """What became of the uplinks that came, and why stores did not answer."""

    tally: Tally = Tally()
    faults: tuple[StorageAway | StorageRefused, ...] = ()

    def __add__(self, other: "Filling") -> "Filling":
        return Filling(self.tally + other.tally, self.faults + other.faults)


def ask(
    db: Database,
    registry: Registry,
    stores: Iterable[Storage],
    since: datetime,
    until: datetime,
    stop: Event,
    wanted: Wanted = everything,
) -> Filling:
    """Keep what stores have of a stretch of time; those that do not answer are told of. Raises DatabaseAway."""
    filling = Filling()
    for storage in stores:
        try:
            filling += Filling(take(db, registry, storage, since, until, stop, wanted))
        except (StorageAway, StorageRefused) as error:
            level = logging.ERROR if isinstance(error, StorageRefused) else logging.WARNING
            log.log(level, "%s", error, extra={"application": storage.application.name})
            filling += Filling(faults=(error,))
    return filling


def take(
    db: Database,
    registry: Registry,
    storage: Storage,
    since: datetime,
    until: datetime,
    stop: Event,
    wanted: Wanted = everything,
) -> Tally:
    """Keep what the store has of a stretch of time and is wanted; return what became of it.

    Raises StorageRefused, StorageAway and DatabaseAway; what came until then is kept.
    """
    tally = Tally()
    for batch in _batches(filter(wanted, storage.uplinks(since, until, stop))):
        tally += _keep(db, registry, storage, batch)
        so_far = {"application": storage.application.name, "uplinks": tally.received, "new": tally.stored}
        log.info("taking uplinks from a store", extra=so_far)
    return tally


def _batches(coming: Iterable[Stored]) -> Iterator[list[Stored]]:
    """Uplinks in batches; when the store goes away, first what came until then."""
    batch: list[Stored] = []
    try:
        for stored in coming:
            batch.append(stored)
            if len(batch) == BATCH:
                yield batch
                batch = []
    except (StorageAway, StorageRefused):
        if batch:
            yield batch
        raise
    if batch:
        yield batch


def _keep(db: Database, registry: Registry, storage: Storage, batch: Sequence[Stored]) -> Tally:
    """The same journey as by MQTT, but for what no other way would bring: another council's devices, frames without a time."""
    messages: list[Message] = []
    refused: list[Refused] = []
    with db.transaction() as conn:
        registry.learn(conn, {stored.dev_eui for stored in batch})
    at, name = clock.now(), storage.application.name
    for stored in batch:
        reject = _refusal(registry, storage, stored)
        if reject is None:
            messages.append(Message(f"v3/{name}/devices/{stored.device_id or 'unknown'}/up", stored.body, at))
        else:
            # On a topic that no journey begins at: what is refused here must not get in by a replay.
            message = Message(f"v3/{name}/storage/{stored.device_id}", stored.body, at)
            refused.append(Refused(message, "tts", stored.dev_eui, reject))
    tally = keep_messages(db, registry, messages) if messages else Tally()
    if refused:
        with db.transaction() as conn:
            tally += keep(conn, refused)
    return tally


def _refusal(registry: Registry, storage: Storage, stored: Stored) -> Reject | None:
    """Why a stored uplink may not take the journey; None: it may, if only to be refused there."""
    if stored.device_id is None:
        return None
    post = registry.find(stored.dev_eui)
    council = storage.application.council
    if post is not None and post.council != council:
        return Reject(
            "wrong_council", f"{storage.application.name} is {council}'s; the device is another council's.", council=council
        )
    if stored.received_at is None:
        return Reject("bad_time", "It was stored without a time, and nobody knows any more when it was sent.")
    return None
